/** The low-resolution logits of a photo of 1800 x 1200 in a frame of 1024. */
export const grid = { width: 256, height: 256, contentWidth: 256, contentHeight: 256 * (683 / 1024) };

/**
 * Logits of soft discs. A ripple makes the outlines long and breaks holes into them.
 * @param {number} ripple
 */
export function discs(ripple) {
  const logits = new Float32Array(grid.width * grid.height);
  const centres = [
    [80, 70, 45],
    [170, 60, 30],
    [200, 130, 35],
    [60, 140, 22],
  ];
  for (let y = 0; y < grid.height; y++) {
    for (let x = 0; x < grid.width; x++) {
      const near = Math.max(...centres.map(([cx, cy, r]) => 1 - Math.hypot(x - cx, y - cy) / r));
      logits[y * grid.width + x] = 8 * near + ripple * Math.sin(x / 2.3) * Math.cos(y / 1.9);
    }
  }
  return logits;
}
