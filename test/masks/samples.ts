import fc from 'fast-check';
import { runsFromBitmap } from '#src/masks/runs.js';
import type { RunLengths } from '#src/masks/rle.js';

export interface Bitmap {
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint8Array;
}

export function runsOf({ pixels, height, width }: Bitmap): RunLengths {
  return runsFromBitmap(pixels, height, width);
}

/** A bitmap from rows of `.` and `#`. */
export function draw(...rows: readonly string[]): Bitmap {
  const width = rows[0]?.length ?? 0;
  return { height: rows.length, width, pixels: Uint8Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)) };
}

/** Small masks of every density, among them empty ones, full ones, checkerboards and one pixel wide ones. */
export const bitmaps: fc.Arbitrary<Bitmap> = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }), fc.integer({ min: 0, max: 8 }))
  .chain(([height, width, density]) =>
    fc
      .array(fc.integer({ min: 0, max: 7 }), { minLength: height * width, maxLength: height * width })
      .map((values) => ({ height, width, pixels: Uint8Array.from(values, (value) => (value < density ? 1 : 0)) })),
  );

/** A reproducible source of numbers in [0, 1): the multiply-with-carry of Marsaglia. */
export function randomNumbers(seed: number): () => number {
  let z = 362436069 ^ seed;
  let w = 521288629 + seed;
  return () => {
    z = Math.imul(36969, z & 65535) + (z >>> 16);
    w = Math.imul(18000, w & 65535) + (w >>> 16);
    return (((z << 16) + (w & 65535)) >>> 0) / 2 ** 32;
  };
}

/** Logits between -5 and 5 without any order. */
export function noise(width: number, height: number, seed: number): Float32Array {
  const random = randomNumbers(seed);
  return Float32Array.from({ length: width * height }, () => 10 * random() - 5);
}

/** Logits of soft discs, as smooth as those of a model. */
export function blobs(width: number, height: number, seed: number): Float32Array {
  const random = randomNumbers(seed);
  const discs = Array.from({ length: 7 }, () => ({
    x: random() * width,
    y: random() * height,
    radius: (0.05 + 0.2 * random()) * Math.max(width, height),
    weight: random() < 0.7 ? 9 : -9,
  }));
  return Float32Array.from({ length: width * height }, (_, i) => {
    const x = i % width;
    const y = Math.floor(i / width);
    const sum = discs.reduce(
      (total, disc) => total + disc.weight * Math.exp(-((x - disc.x) ** 2 + (y - disc.y) ** 2) / disc.radius ** 2),
      0,
    );
    return sum - 3;
  });
}
