// SAM's enlargement as its official code does it, in 32 bits: to the frame, without the padding, to the original size.
const { fround } = Math;

/**
 * One bilinear step as PyTorch does it (`align_corners=False`).
 * @param {{ width: number, height: number, values: Float32Array }} plane
 * @param {number} toWidth
 * @param {number} toHeight
 */
function resize({ width, height, values }, toWidth, toHeight) {
  const tap = (/** @type {number} */ index, /** @type {number} */ from, /** @type {number} */ to) => {
    const position = Math.max(0, fround(fround(fround(from / to) * fround(index + 0.5)) - 0.5));
    const low = Math.min(Math.floor(position), from - 1);
    const weight = fround(position - low);
    return { low, high: Math.min(low + 1, from - 1), weight, rest: fround(1 - weight) };
  };
  const result = new Float32Array(toWidth * toHeight);
  const columns = Array.from({ length: toWidth }, (_, x) => tap(x, width, toWidth));
  for (let y = 0; y < toHeight; y++) {
    const { low, high, weight, rest } = tap(y, height, toHeight);
    const [upper, lower] = [low * width, high * width];
    for (let x = 0; x < toWidth; x++) {
      const column = columns[x];
      const a = fround(
        fround(column.rest * values[upper + column.low]) + fround(column.weight * values[upper + column.high]),
      );
      const b = fround(
        fround(column.rest * values[lower + column.low]) + fround(column.weight * values[lower + column.high]),
      );
      result[y * toWidth + x] = fround(fround(rest * a) + fround(weight * b));
    }
  }
  return { width: toWidth, height: toHeight, values: result };
}

/**
 * @param {Float32Array} logits [side, side]
 * @param {{ side: number, frame: number }} model
 * @param {{ width: number, height: number }} original
 * @returns {Float32Array} logits [height, width]
 */
export function inTwoSteps(logits, { side, frame }, { width, height }) {
  const inFrame = resize({ width: side, height: side, values: logits }, frame, frame);
  const scale = frame / Math.max(width, height);
  const content = { width: Math.floor(width * scale + 0.5), height: Math.floor(height * scale + 0.5) };
  const values = new Float32Array(content.width * content.height);
  for (let y = 0; y < content.height; y++) {
    values.set(inFrame.values.subarray(y * frame, y * frame + content.width), y * content.width);
  }
  return resize({ ...content, values }, width, height).values;
}
