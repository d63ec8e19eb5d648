import { describe, expect, it } from 'vitest';
import { resizeBilinear } from '#src/images/resample.js';

describe('resizeBilinear', () => {
  const gradient = { data: Uint8Array.from([0, 0, 0, 100, 10, 1, 200, 20, 2, 255, 30, 3]), width: 4, height: 1 };

  it('is a triangle filter with half-pixel centres when it enlarges', () => {
    const { data } = resizeBilinear(gradient, 8, 1);
    // Centres fall a quarter of a pixel to either side of the old ones.
    expect([...data].filter((_, index) => index % 3 === 0)).toEqual([0, 25, 75, 125, 175, 214, 241, 255]);
  });

  it('widens the triangle when it shrinks, so that every pixel counts', () => {
    const stripes = Uint8Array.from({ length: 64 * 3 }, (_, index) => (Math.floor(index / 3) % 2) * 255);
    const { data, width, height } = resizeBilinear({ data: stripes, width: 1, height: 64 }, 1, 8);
    expect([width, height]).toEqual([1, 8]);
    for (const value of data) expect(Math.abs(value - 127.5)).toBeLessThan(10);
  });

  it('leaves an image of the right size as it is', () => {
    expect(resizeBilinear(gradient, 4, 1).data).toEqual(gradient.data);
  });
});
