import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { innermostPixel, type InnermostPixel } from '#src/masks/innermost.js';
import { bitmaps, blobs, draw, runsOf, type Bitmap } from './samples.js';

/** Every pixel against every pixel outside, with one row and column of the outside around the image. */
function bruteForce({ pixels, width, height }: Bitmap): InnermostPixel | null {
  const inside = (x: number, y: number) => x >= 0 && x < width && y >= 0 && y < height && pixels[y * width + x] === 1;
  let best: InnermostPixel | null = null;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue;
      let squaredDistance = Infinity;
      for (let v = -1; v <= height; v++) {
        for (let u = -1; u <= width; u++) {
          if (!inside(u, v)) squaredDistance = Math.min(squaredDistance, (u - x) ** 2 + (v - y) ** 2);
        }
      }
      if (best === null || squaredDistance > best.squaredDistance) best = { x, y, squaredDistance };
    }
  }
  return best;
}

describe('innermostPixel', () => {
  it('is what comparing all pixels finds, for masks of every density', () => {
    fc.assert(
      fc.property(bitmaps, (bitmap) => {
        expect(innermostPixel(runsOf(bitmap))).toEqual(bruteForce(bitmap));
      }),
      { numRuns: 500 },
    );
  });

  it.each([1, 2, 3])('is what comparing all pixels finds, for smooth masks (%d)', (seed) => {
    const [width, height] = [41, 33];
    const pixels = Uint8Array.from(blobs(width, height, seed), (logit) => (logit > 0 ? 1 : 0));
    expect(pixels.includes(1)).toBe(true);
    expect(innermostPixel(runsOf({ width, height, pixels }))).toEqual(bruteForce({ width, height, pixels }));
  });

  it('takes what lies beyond the edge of the image for outside', () => {
    expect(innermostPixel(runsOf(draw('#####', '#####', '#####', '#####', '#####')))).toEqual({
      x: 2,
      y: 2,
      squaredDistance: 9,
    });
  });

  it('answers null for an empty mask', () => {
    expect(innermostPixel(runsOf(draw('...', '...')))).toBeNull();
  });
});
