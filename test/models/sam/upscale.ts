/** SAM's two enlargements, written as plainly as can be: to the frame, cut off the padding, to the original size. */
export function upscale(
  logits: Float32Array,
  grid: number,
  frame: number,
  content: { width: number; height: number },
  original: { width: number; height: number },
): Float32Array {
  const inFrame = bilinear(logits, grid, grid, frame, frame);
  const cut = new Float32Array(content.width * content.height);
  for (let y = 0; y < content.height; y++) {
    cut.set(inFrame.subarray(y * frame, y * frame + content.width), y * content.width);
  }
  return bilinear(cut, content.width, content.height, original.width, original.height);
}

function bilinear(data: Float32Array, width: number, height: number, toWidth: number, toHeight: number): Float32Array {
  const place = (index: number, from: number, to: number): { low: number; high: number; share: number } => {
    const at = Math.max(((index + 0.5) * from) / to - 0.5, 0);
    const low = Math.min(Math.floor(at), from - 1);
    return { low, high: Math.min(low + 1, from - 1), share: at - low };
  };
  const columns = Array.from({ length: toWidth }, (_, x) => place(x, width, toWidth));
  const result = new Float32Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const row = place(y, height, toHeight);
    columns.forEach(({ low, high, share }, x) => {
      const value = (at: number, column: number): number => data[at * width + column] ?? NaN;
      const top = value(row.low, low) * (1 - share) + value(row.low, high) * share;
      const bottom = value(row.high, low) * (1 - share) + value(row.high, high) * share;
      result[y * toWidth + x] = top * (1 - row.share) + bottom * row.share;
    });
  }
  return result;
}
