import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRle, encodeRle, MAX_MASK_PIXELS, type Rle } from '#src/masks/rle.js';
import { areaOf, bitmapFromRuns, boundingBoxOf, iouOf, runsFromBitmap } from '#src/masks/runs.js';
import { bitmaps, runsOf } from './samples.js';

interface Golden {
  readonly cases: readonly {
    readonly title: string;
    readonly size: [number, number];
    readonly counts: string;
    readonly area: number;
    readonly bbox_xywh: [number, number, number, number];
    /** Null for large masks. */
    readonly bits_row_major_base64: string | null;
  }[];
  readonly pairs: readonly { readonly a: Rle; readonly b: Rle; readonly iou: number }[];
}

const golden = JSON.parse(readFileSync(new URL('../fixtures/coco-rle.json', import.meta.url), 'utf8')) as Golden;

function unpack(base64: string, pixels: number): Uint8Array {
  const bytes = Buffer.from(base64, 'base64');
  return Uint8Array.from({ length: pixels }, (_, i) => ((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1);
}

describe('against the reference implementation', () => {
  it.each(golden.cases)('reads and writes "$title"', (sample) => {
    const [height, width] = sample.size;
    const runs = decodeRle(sample);
    const bitmap = bitmapFromRuns(runs);

    if (sample.bits_row_major_base64 !== null) {
      expect(bitmap).toEqual(unpack(sample.bits_row_major_base64, height * width));
    }
    expect(encodeRle(runs)).toEqual({ size: sample.size, counts: sample.counts });
    expect(encodeRle(runsFromBitmap(bitmap, height, width))).toEqual({ size: sample.size, counts: sample.counts });
    expect(areaOf(runs)).toBe(sample.area);
    const [x, y, boxWidth, boxHeight] = sample.bbox_xywh;
    expect(boundingBoxOf(runs)).toEqual(sample.area === 0 ? null : { x, y, width: boxWidth, height: boxHeight });
  });

  it.each(golden.pairs)('finds the IoU $iou', ({ a, b, iou }) => {
    expect(iouOf(decodeRle(a), decodeRle(b))).toBe(iou);
  });
});

describe('of any mask', () => {
  it('gives the bitmap back through the string', () => {
    fc.assert(
      fc.property(bitmaps, (bitmap) => {
        const runs = decodeRle(encodeRle(runsOf(bitmap)));
        expect(Array.from(bitmapFromRuns(runs))).toEqual(Array.from(bitmap.pixels));
      }),
    );
  });

  it('finds the area and the box that the pixels have', () => {
    fc.assert(
      fc.property(bitmaps, (bitmap) => {
        const set = [...bitmap.pixels.keys()].filter((i) => bitmap.pixels[i]);
        const xs = set.map((i) => i % bitmap.width);
        const ys = set.map((i) => Math.floor(i / bitmap.width));
        const runs = runsOf(bitmap);
        expect(areaOf(runs)).toBe(set.length);
        const box = { x: Math.min(...xs), y: Math.min(...ys) };
        expect(boundingBoxOf(runs)).toEqual(
          set.length === 0 ? null : { ...box, width: Math.max(...xs) - box.x + 1, height: Math.max(...ys) - box.y + 1 },
        );
      }),
    );
  });

  it('finds the IoU that the pixels have, 1 for two empty masks', () => {
    const pairs = bitmaps.chain((a) =>
      fc.tuple(fc.constant(a), fc.uint8Array({ minLength: a.pixels.length, maxLength: a.pixels.length, max: 1 })),
    );
    fc.assert(
      fc.property(pairs, ([a, other]) => {
        const both = a.pixels.filter((value, i) => value && other[i]).length;
        const either = a.pixels.map((value, i) => value | (other[i] ?? 0)).filter(Boolean).length;
        expect(iouOf(runsOf(a), runsOf({ ...a, pixels: other }))).toBe(either === 0 ? 1 : both / either);
      }),
    );
  });

  it('decodes numbers that are longer than they need be', () => {
    // 35 as two characters, then as three.
    expect(decodeRle({ size: [7, 5], counts: 'S1' }).lengths).toEqual(Uint32Array.of(35));
    expect(decodeRle({ size: [7, 5], counts: 'SQ0' }).lengths).toEqual(Uint32Array.of(35));
  });
});

describe('what is refused', () => {
  const refusal = (rle: unknown, maxPixels?: number): unknown => {
    try {
      decodeRle(rle as Rle, maxPixels);
    } catch (error) {
      return error;
    }
    throw new Error('was accepted');
  };

  it.each([
    ['a character below the coding', { size: [7, 5], counts: 'S1 ' }, /characters "0" to "o", got " " at 2/],
    ['a character above the coding', { size: [7, 5], counts: 'pS1' }, /got "p" at 0/],
    ['a character beyond latin1', { size: [7, 5], counts: 'S1\u0130' }, /got "\u0130" at 2/],
    ['a truncated number', { size: [7, 5], counts: 'S' }, /complete number, got a truncated one/],
    ['an overlong number', { size: [7, 5], counts: 'SPPPPP0' }, /at most 6 characters, got more at 6/],
    ['a negative run', { size: [7, 5], counts: 'O' }, /run 0 of counts must be at least 0, got -1/],
    ['a run that a difference makes negative', { size: [7, 5], counts: '123L' }, /run 3 .* positive, got -2/],
    ['an empty run after the first', { size: [7, 5], counts: 'S10' }, /run 1 of counts must be positive, got 0/],
    ['too few pixels', { size: [7, 5], counts: 'R1' }, /sum to 7 x 5 = 35 pixels, got 34/],
    ['too many pixels', { size: [7, 5], counts: 'T1' }, /sum to 7 x 5 = 35 pixels, got more at run 0/],
    ['no run', { size: [7, 5], counts: '' }, /sum to 7 x 5 = 35 pixels, got 0/],
    ['a height of 0', { size: [0, 5], counts: '' }, /two positive integers \[height, width\], got \[0, 5\]/],
    ['a fractional width', { size: [7, 5.5], counts: 'S1' }, /got \[7, 5\.5\]/],
    ['a negative size', { size: [-7, -5], counts: 'S1' }, /got \[-7, -5\]/],
    ['no width', { size: [7], counts: 'S1' }, /got \[7\]/],
    ['three sizes', { size: [7, 5, 3], counts: 'S1' }, /got \[7, 5, 3\]/],
  ])('refuses %s', (_, rle, message) => {
    expect(refusal(rle)).toMatchObject({
      name: 'MaskwireError',
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(message) as string,
    });
  });

  it('refuses any string that does not decode, with no other error', () => {
    const strings = fc.string({
      unit: fc.constantFrom('0', '1', '2', '3', 'O', 'P', 'Q', 'R', 'S', 'T', 'm', 'n', 'o'),
      maxLength: 12,
    });
    fc.assert(
      fc.property(strings, (counts) => {
        try {
          const runs = decodeRle({ size: [7, 5], counts });
          expect(runs.lengths.reduce((sum, length) => sum + length, 0)).toBe(35);
          expect(decodeRle(encodeRle(runs))).toEqual(runs);
        } catch (error) {
          expect(error).toMatchObject({ code: 'BAD_USER_INPUT' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses a mask of more pixels than its bound', () => {
    expect(decodeRle({ size: [7, 5], counts: 'S1' }, 35)).toMatchObject({ height: 7, width: 5 });
    expect(refusal({ size: [7, 5], counts: 'S1' }, 34)).toMatchObject({
      code: 'TOO_LARGE',
      message: 'A mask may have at most 34 pixels, got 7 x 5 = 35.',
      details: { limit: 'maxMaskPixels', maximum: 34 },
    });
  });

  it('refuses a mask beyond what it can decode, whatever bound it is given', () => {
    for (const size of [
      [1e9, 1e9],
      [1, MAX_MASK_PIXELS + 1],
      [2 ** 53, 2 ** 53],
    ]) {
      expect(refusal({ size, counts: '0' }, Infinity)).toMatchObject({ code: 'TOO_LARGE' });
    }
  });

  it('refuses megabytes of counts for a small mask before it reads or allocates', () => {
    // Had it read the string, it would complain about the character.
    const counts = '!'.repeat(64 * 2 ** 20);
    const before = process.memoryUsage().arrayBuffers;
    expect(refusal({ size: [7, 5], counts })).toMatchObject({
      message: 'Not a COCO compressed RLE: counts must have at most 216 characters for 35 pixels, got 67108864.',
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });

  it('refuses more runs than pixels before it allocates them', () => {
    expect(refusal({ size: [7, 5], counts: '0'.repeat(200) })).toMatchObject({
      message: 'Not a COCO compressed RLE: counts must have at most 36 runs, got 200.',
    });
  });

  it('refuses to compare masks of two sizes', () => {
    const a = runsFromBitmap(new Uint8Array(6), 2, 3);
    const b = runsFromBitmap(new Uint8Array(6), 3, 2);
    expect(() => iouOf(a, b)).toThrow('only at one size, got 2 x 3 and 3 x 2');
    expect(() => runsFromBitmap(new Uint8Array(5), 2, 3)).toThrow('2 x 3 must have 6 bytes, got 5');
  });
});
