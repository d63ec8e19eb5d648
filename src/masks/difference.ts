import { MaskwireError } from '#src/errors.js';
import type { RunLengths } from './rle.js';

/**
 * The pixels of `a` that are not in `b`.
 * @throws MaskwireError BAD_USER_INPUT where the sizes differ.
 */
export function differenceOf(a: RunLengths, b: RunLengths): RunLengths {
  if (a.height !== b.height || a.width !== b.width) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `A mask can be taken from another of its size only, got ${a.height} x ${a.width} and ${b.height} x ${b.width}.`,
    );
  }
  const lengths: number[] = [];
  let value = 0;
  let length = 0;
  let runA = 0;
  let runB = 0;
  let restA = a.lengths[0] ?? 0;
  let restB = b.lengths[0] ?? 0;
  while (runA < a.lengths.length && runB < b.lengths.length) {
    const step = Math.min(restA, restB);
    const bit = runA & ~runB & 1;
    if (bit === value) {
      length += step;
    } else {
      lengths.push(length);
      value = bit;
      length = step;
    }
    restA -= step;
    restB -= step;
    if (restA === 0) restA = a.lengths[++runA] ?? 0;
    if (restB === 0) restB = b.lengths[++runB] ?? 0;
  }
  lengths.push(length);
  return { height: a.height, width: a.width, lengths: Uint32Array.from(lengths) };
}
