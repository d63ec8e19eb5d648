import { MaskwireError } from '#src/errors.js';
import type { Box } from './box.js';
import type { RunLengths } from './rle.js';

/**
 * Calls `visit` for each vertical span of mask pixels in one column, columns from the left and spans from the top:
 * pixels `(x, top)` to `(x, bottom - 1)`. Spans of one column never touch.
 */
export function forEachSpan(
  { height, lengths }: RunLengths,
  visit: (x: number, top: number, bottom: number) => void,
): void {
  let position = 0;
  for (let run = 1; run < lengths.length; run += 2) {
    position += lengths[run - 1]!;
    const end = position + lengths[run]!;
    let x = Math.floor(position / height);
    let top = position - x * height;
    let rest = lengths[run]!;
    while (rest > 0) {
      const bottom = Math.min(height, top + rest);
      visit(x, top, bottom);
      rest -= bottom - top;
      top = 0;
      x++;
    }
    position = end;
  }
}

/** @returns one byte per pixel, 0 or 1, row by row: `height * width` bytes. */
export function bitmapFromRuns(runs: RunLengths): Uint8Array<ArrayBuffer> {
  const { height, width } = runs;
  const bitmap = new Uint8Array(height * width);
  forEachSpan(runs, (x, top, bottom) => {
    for (let i = top * width + x; i < bottom * width; i += width) bitmap[i] = 1;
  });
  return bitmap;
}

/**
 * @param bitmap one byte per pixel, row by row; any byte but 0 belongs to the mask.
 * @throws RangeError where the bitmap does not have `height * width` bytes.
 */
export function runsFromBitmap(bitmap: Uint8Array, height: number, width: number): RunLengths {
  if (bitmap.length !== height * width) {
    throw new RangeError(`A bitmap of ${height} x ${width} must have ${height * width} bytes, got ${bitmap.length}.`);
  }
  const lengths: number[] = [];
  let value = 0;
  let length = 0;
  for (let x = 0; x < width; x++) {
    for (let i = x; i < bitmap.length; i += width) {
      if (bitmap[i] ? value : !value) {
        length++;
      } else {
        lengths.push(length);
        value = 1 - value;
        length = 1;
      }
    }
  }
  lengths.push(length);
  return { height, width, lengths: Uint32Array.from(lengths) };
}

/** @returns how many pixels belong to the mask. */
export function areaOf({ lengths }: RunLengths): number {
  let area = 0;
  for (let run = 1; run < lengths.length; run += 2) area += lengths[run]!;
  return area;
}

/** @returns the smallest box that holds the mask, in whole pixels; null for an empty mask. */
export function boundingBoxOf({ height, lengths }: RunLengths): Box | null {
  let position = 0;
  let left = -1;
  let right = 0;
  let top = height;
  let bottom = 0;
  for (let run = 1; run < lengths.length; run += 2) {
    const start = position + lengths[run - 1]!;
    position = start + lengths[run]!;
    const firstColumn = Math.floor(start / height);
    const lastColumn = Math.floor((position - 1) / height);
    if (left < 0) left = firstColumn;
    right = lastColumn + 1;
    if (firstColumn < lastColumn) {
      // A run that goes on in the next column holds the bottom pixel of one and the top pixel of the other.
      top = 0;
      bottom = height;
    } else {
      top = Math.min(top, start - firstColumn * height);
      bottom = Math.max(bottom, position - firstColumn * height);
    }
  }
  return left < 0 ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * Intersection over union of two masks of one size, 0..1. Two empty masks are equal: 1.
 * @throws MaskwireError BAD_USER_INPUT where the sizes differ.
 */
export function iouOf(a: RunLengths, b: RunLengths): number {
  if (a.height !== b.height || a.width !== b.width) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `Two masks can be compared only at one size, got ${a.height} x ${a.width} and ${b.height} x ${b.width}.`,
    );
  }
  const intersection = intersectionArea(a.lengths, b.lengths);
  const union = areaOf(a) + areaOf(b) - intersection;
  return union === 0 ? 1 : intersection / union;
}

function intersectionArea(a: Uint32Array, b: Uint32Array): number {
  let area = 0;
  let runA = 0;
  let runB = 0;
  let restA = a[0] ?? 0;
  let restB = b[0] ?? 0;
  while (runA < a.length && runB < b.length) {
    const step = Math.min(restA, restB);
    if (runA & runB & 1) area += step;
    restA -= step;
    restB -= step;
    if (restA === 0) restA = a[++runA] ?? 0;
    if (restB === 0) restB = b[++runB] ?? 0;
  }
  return area;
}
