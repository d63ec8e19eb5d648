import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differenceOf } from '#src/masks/difference.js';
import { bitmaps, draw, runsOf } from './samples.js';

describe('differenceOf', () => {
  it('is the difference of the bitmaps, pixel by pixel, in whole runs', () => {
    const pairs = bitmaps.chain((a) =>
      fc
        .array(fc.integer({ min: 0, max: 1 }), { minLength: a.pixels.length, maxLength: a.pixels.length })
        .map((values) => [a, { ...a, pixels: Uint8Array.from(values) }] as const),
    );
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const pixels = a.pixels.map((value, i) => (value === 1 && b.pixels[i] === 0 ? 1 : 0));
        expect(differenceOf(runsOf(a), runsOf(b))).toEqual(runsOf({ ...a, pixels }));
      }),
    );
  });

  it('refuses masks of different sizes', () => {
    expect(() => differenceOf(runsOf(draw('##')), runsOf(draw('#', '#')))).toThrow(/got 1 x 2 and 2 x 1/);
  });
});
