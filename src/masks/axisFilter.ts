/** Source cells that one output pixel reads along one axis. */
export const TAPS = 3;

/**
 * How the pixels along one axis of an upsampled mask come from the cells along that axis of the low-resolution grid:
 * pixel `i` is the sum over `k` below `TAPS` of `weights[TAPS * i + k]` times cell `first[i] + k`. Weights are at least
 * 0 and sum to 1, `first` never decreases, and every cell read is inside the grid.
 */
export interface AxisFilter {
  readonly gridSize: number;
  readonly first: Int32Array;
  readonly weights: Float64Array;
}

/**
 * One bilinear step (pixel centres aligned, as PyTorch's `align_corners=False`) from the content of the grid to the
 * image. Cells that hold padding alone are not read: the edge of the content is repeated, as at the edge of a grid
 * without padding.
 * @param gridSize cells, at least `TAPS`.
 * @param contentSize cells that the image fills, more than 0, at most `gridSize`; need not be whole.
 * @param outputSize pixels.
 */
export function bilinearFilter(gridSize: number, contentSize: number, outputSize: number): AxisFilter {
  assertSizes(gridSize, outputSize);
  if (!(contentSize > 0 && contentSize <= gridSize)) {
    throw new RangeError(`The content must have more than 0 and at most ${gridSize} cells, got ${contentSize}.`);
  }
  const last = Math.ceil(contentSize) - 1;
  const filter = emptyFilter(gridSize, outputSize);
  for (let i = 0; i < outputSize; i++) {
    const { low, high, weight } = bilinearTap(i, contentSize, outputSize, last);
    setTaps(filter, i, low, [
      [low, 1 - weight],
      [high, weight],
    ]);
  }
  return filter;
}

/**
 * The post-processing of Segment Anything (Kirillov et al. 2023, `postprocess_masks` of the published code) as one
 * filter: bilinear from the grid to the model's square frame, crop to the resized image, bilinear to the original size.
 * Both steps are linear and work axis by axis, so their product is a filter again; two neighbours in the frame read
 * together at most three cells, because the frame is not smaller than the grid. Source positions are computed in 32-bit
 * floats, as PyTorch does.
 * @param gridSize cells, at least `TAPS`.
 * @param frameSize pixels of the model's input frame, at least `gridSize`.
 * @param resizedSize pixels of the frame that the resized image fills.
 * @param outputSize pixels of the original image.
 */
export function frameFilter(gridSize: number, frameSize: number, resizedSize: number, outputSize: number): AxisFilter {
  assertSizes(gridSize, outputSize);
  if (!(frameSize >= gridSize && resizedSize >= 1 && resizedSize <= frameSize)) {
    throw new RangeError(
      `The frame must be at least the grid and hold the resized image, got a grid of ${gridSize}, a frame of ` +
        `${frameSize} and an image of ${resizedSize}.`,
    );
  }
  const filter = emptyFilter(gridSize, outputSize);
  for (let i = 0; i < outputSize; i++) {
    const outer = bilinearTap(i, resizedSize, outputSize, resizedSize - 1);
    const low = bilinearTap(outer.low, gridSize, frameSize, gridSize - 1);
    const high = bilinearTap(outer.high, gridSize, frameSize, gridSize - 1);
    setTaps(filter, i, low.low, [
      [low.low, (1 - outer.weight) * (1 - low.weight)],
      [low.high, (1 - outer.weight) * low.weight],
      [high.low, outer.weight * (1 - high.weight)],
      [high.high, outer.weight * high.weight],
    ]);
  }
  return filter;
}

/** The two source cells of one output pixel of a bilinear step, and the weight of the higher one. */
function bilinearTap(index: number, sourceSize: number, outputSize: number, last: number) {
  const { fround } = Math;
  const scale = fround(sourceSize / outputSize);
  const position = Math.max(0, fround(fround(scale * fround(index + 0.5)) - 0.5));
  const low = Math.min(Math.floor(position), last);
  return { low, high: Math.min(low + 1, last), weight: Math.min(1, fround(position - low)) };
}

function emptyFilter(gridSize: number, outputSize: number): AxisFilter {
  return { gridSize, first: new Int32Array(outputSize), weights: new Float64Array(TAPS * outputSize) };
}

function setTaps(
  { gridSize, first, weights }: AxisFilter,
  index: number,
  lowest: number,
  taps: readonly (readonly [cell: number, weight: number])[],
): void {
  const start = Math.min(lowest, gridSize - TAPS);
  first[index] = start;
  for (const [cell, weight] of taps) weights[TAPS * index + cell - start]! += weight;
}

function assertSizes(gridSize: number, outputSize: number): void {
  if (gridSize < TAPS || outputSize < 1) {
    throw new RangeError(
      `A grid needs at least ${TAPS} cells and an image 1 pixel, got ${gridSize} and ${outputSize}.`,
    );
  }
}
