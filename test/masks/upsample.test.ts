import { describe, expect, it } from 'vitest';
import { bilinearFilter, frameFilter } from '#src/masks/axisFilter.js';
import { bitmapFromRuns, runsFromBitmap } from '#src/masks/runs.js';
import { upsampleToRuns } from '#src/masks/upsample.js';
import { blobs, noise } from './samples.js';

const { fround } = Math;

interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** One bilinear step as PyTorch does it (`align_corners=False`), every number rounded to 32 bits. */
function resize({ width, height, values }: Plane, toWidth: number, toHeight: number): Plane {
  const tap = (index: number, from: number, to: number) => {
    const position = Math.max(0, fround(fround(fround(from / to) * fround(index + 0.5)) - 0.5));
    const low = Math.min(Math.floor(position), from - 1);
    const weight = fround(position - low);
    return { low, high: Math.min(low + 1, from - 1), weight, rest: fround(1 - weight) };
  };
  const at = (x: number, y: number) => values[y * width + x] ?? NaN;
  const mix = (a: number, wa: number, b: number, wb: number) => fround(fround(wa * a) + fround(wb * b));
  const result = new Float32Array(toWidth * toHeight);
  const columns = Array.from({ length: toWidth }, (_, x) => tap(x, width, toWidth));
  for (let y = 0; y < toHeight; y++) {
    const row = tap(y, height, toHeight);
    columns.forEach((column, x) => {
      const upper = mix(at(column.low, row.low), column.rest, at(column.high, row.low), column.weight);
      const lower = mix(at(column.low, row.high), column.rest, at(column.high, row.high), column.weight);
      result[y * toWidth + x] = mix(upper, row.rest, lower, row.weight);
    });
  }
  return { width: toWidth, height: toHeight, values: result };
}

function crop({ width, values }: Plane, toWidth: number, toHeight: number): Plane {
  const result = new Float32Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    result.set(values.subarray(y * width, y * width + toWidth), y * toWidth);
  }
  return { width: toWidth, height: toHeight, values: result };
}

/** `[grid, frame, width, height]`: models' grids and frames with images of every kind of shape. */
const shapes: readonly (readonly [grid: number, frame: number, width: number, height: number])[] = [
  [256, 1024, 1800, 1200],
  [256, 1024, 400, 600],
  [256, 1024, 1024, 1024],
  [256, 1024, 1023, 517],
  [256, 1024, 640, 427],
  [256, 1024, 250, 333],
  [256, 1024, 31, 17],
  [256, 1024, 2000, 3],
  [256, 1024, 1, 700],
  [256, 1024, 900, 1],
  [256, 1024, 1, 1],
  [128, 256, 900, 600],
  [128, 256, 99, 613],
  [64, 64, 300, 200],
  [3, 4, 50, 20],
];

/** Size of the image within the frame, as the published preprocessing rounds it. */
function resizedSize(frame: number, width: number, height: number): readonly [width: number, height: number] {
  const scale = frame / Math.max(width, height);
  const round = (size: number) => Math.max(1, Math.floor(size * scale + 0.5));
  return [round(width), round(height)];
}

describe('the filter through the frame', () => {
  const twoSteps = (values: Float32Array, grid: number, frame: number, width: number, height: number) => {
    const [resizedWidth, resizedHeight] = resizedSize(frame, width, height);
    const inFrame = crop(resize({ width: grid, height: grid, values }, frame, frame), resizedWidth, resizedHeight);
    return resize(inFrame, width, height).values;
  };
  const oneStep = (values: Float32Array, grid: number, frame: number, width: number, height: number) => {
    const [resizedWidth, resizedHeight] = resizedSize(frame, width, height);
    const vertical = frameFilter(grid, frame, resizedHeight, height);
    return upsampleToRuns(values, vertical, frameFilter(grid, frame, resizedWidth, width));
  };

  it.each(shapes)('gives the mask of the two steps on smooth logits: grid %i, frame %i, %i x %i', (...shape) => {
    const [grid] = shape;
    for (const seed of [1, 2]) {
      const logits = blobs(grid, grid, seed);
      const expected = twoSteps(logits, ...shape).map((value) => (value > 0 ? 1 : 0));
      const bitmap = bitmapFromRuns(oneStep(logits, ...shape));
      expect(Buffer.from(bitmap).equals(Uint8Array.from(expected))).toBe(true);
    }
  });

  it.each(shapes)('differs on noise only where rounding decides: grid %i, frame %i, %i x %i', (...shape) => {
    const [grid] = shape;
    const logits = noise(grid, grid, 3);
    const values = twoSteps(logits, ...shape);
    const bitmap = bitmapFromRuns(oneStep(logits, ...shape));
    const differing = values.filter((value, i) => (value > 0 ? 1 : 0) !== bitmap[i]);
    // Five roundings to 24 bits of logits of at most 5.
    expect(Math.max(0, ...differing.map(Math.abs))).toBeLessThan(5 * 5 * 2 ** -24);
    expect(differing.length).toBeLessThanOrEqual(values.length / 100_000);
  });

  it('writes runs without gaps, as the bitmap has them', () => {
    for (const [grid, frame, width, height] of shapes) {
      for (const logits of [noise(grid, grid, 5), blobs(grid, grid, 5)]) {
        const runs = oneStep(logits, grid, frame, width, height);
        expect(runs).toEqual(runsFromBitmap(bitmapFromRuns(runs), height, width));
      }
    }
  });

  it('gives an empty and a full mask one run', () => {
    const negative = new Float32Array(64 * 64).fill(-1);
    expect(oneStep(negative, 64, 64, 30, 20).lengths).toEqual(Uint32Array.of(600));
    expect(oneStep(new Float32Array(64 * 64), 64, 64, 30, 20).lengths).toEqual(Uint32Array.of(600));
    expect(oneStep(new Float32Array(64 * 64).fill(1e-30), 64, 64, 30, 20).lengths).toEqual(Uint32Array.of(0, 600));
  });

  it('refuses a frame that is smaller than the grid or than the image in it', () => {
    expect(() => frameFilter(256, 255, 100, 10)).toThrow(RangeError);
    expect(() => frameFilter(256, 1024, 1025, 10)).toThrow(RangeError);
    expect(() => frameFilter(2, 1024, 1024, 10)).toThrow('at least 3 cells');
    expect(() => frameFilter(256, 1024, 1024, 0)).toThrow('1 pixel');
  });
});

describe('the bilinear filter', () => {
  it.each(shapes)('gives the mask of one bilinear step, the whole grid being content: %i, %i, %i x %i', (...shape) => {
    const [grid, , width, height] = shape;
    const logits = blobs(grid, grid, 4);
    const expected = resize({ width: grid, height: grid, values: logits }, width, height).values;
    const runs = upsampleToRuns(logits, bilinearFilter(grid, grid, height), bilinearFilter(grid, grid, width));
    const bitmap = bitmapFromRuns(runs);
    const differing = expected.filter((value, i) => (value > 0 ? 1 : 0) !== bitmap[i]);
    expect(Math.max(0, ...differing.map(Math.abs))).toBeLessThan(12 * 5 * 2 ** -24);
  });

  it('gives the mask of the cropped content where it ends between cells', () => {
    const logits = noise(16, 16, 6);
    const expected = resize(crop({ width: 16, height: 16, values: logits }, 11, 7), 200, 120).values;
    const bitmap = bitmapFromRuns(upsampleToRuns(logits, bilinearFilter(16, 7, 120), bilinearFilter(16, 11, 200)));
    expect(Array.from(bitmap)).toEqual(Array.from(expected, (value) => (value > 0 ? 1 : 0)));
  });

  it('maps the image to the part of a cell that is content', () => {
    // Content of 2.5 of 8 cells on 5 pixels: half a cell for each pixel, centres at -0.25, 0.25, 0.75, 1.25 and 1.75.
    const { first, weights } = bilinearFilter(8, 2.5, 5);
    expect(Array.from(first)).toEqual([0, 0, 0, 1, 1]);
    expect(Array.from(weights)).toEqual([1, 0, 0, 0.75, 0.25, 0, 0.25, 0.75, 0, 0.75, 0.25, 0, 0.25, 0.75, 0]);
  });

  it('keeps padding out of the image', () => {
    const logits = new Float32Array(64).fill(NaN);
    for (let y = 0; y < 3; y++) logits.fill(1, 8 * y, 8 * y + 5);
    const rows = bilinearFilter(8, 3, 100);
    const columns = bilinearFilter(8, 4.5, 100);
    for (const { first, weights } of [rows, columns]) {
      const cells = first === rows.first ? 3 : 5;
      weights.forEach((weight, i) => {
        if ((first[Math.floor(i / 3)] ?? 0) + (i % 3) >= cells) expect(weight).toBe(0);
      });
    }
  });

  it('has weights that sum to 1 and cells within the grid, whatever the sizes', () => {
    for (const content of [0.01, 0.5, 1, 2.3, 7, 7.999, 8]) {
      for (const pixels of [1, 2, 7, 8, 9, 100]) {
        const { first, weights } = bilinearFilter(8, content, pixels);
        first.forEach((cell, i) => {
          expect(cell).toBeGreaterThanOrEqual(first[i - 1] ?? 0);
          expect(cell).toBeLessThanOrEqual(8 - 3);
          const three = weights.slice(3 * i, 3 * i + 3);
          expect(Math.min(...three)).toBeGreaterThanOrEqual(0);
          expect(three.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 12);
        });
      }
    }
  });

  it('refuses content that is no part of the grid', () => {
    expect(() => bilinearFilter(8, 0, 10)).toThrow(RangeError);
    expect(() => bilinearFilter(8, 8.1, 10)).toThrow('at most 8 cells, got 8.1');
    expect(() => bilinearFilter(8, NaN, 10)).toThrow(RangeError);
  });

  it('refuses logits that do not fill the grid', () => {
    const filter = bilinearFilter(8, 8, 10);
    expect(() => upsampleToRuns(new Float32Array(63), filter, filter)).toThrow('8 x 8 must have 64 values, got 63');
  });
});
