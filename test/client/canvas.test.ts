import { describe, expect, it } from 'vitest';
import { rleArea, rleBounds, rleToBitmap, rleToSvgPath } from '#src/client/index.js';
import { encodeRle } from '#src/masks/rle.js';
import { runsFromBitmap } from '#src/masks/runs.js';

/** A mask drawn with `#`, as RLE. */
function draw(...rows: string[]) {
  const bitmap = Uint8Array.from(rows.join(''), (character) => (character === '#' ? 1 : 0));
  return encodeRle(runsFromBitmap(bitmap, rows.length, rows[0]?.length ?? 0));
}

/** A disc as large as the image allows. */
function disc(width: number, height: number) {
  const radius = Math.min(width, height) / 2;
  const lengths: number[] = [];
  let zeros = 0;
  for (let x = 0; x < width; x++) {
    const half = Math.sqrt(Math.max(0, radius ** 2 - (x + 0.5 - width / 2) ** 2));
    const top = Math.ceil(height / 2 - half);
    const ones = Math.floor(height / 2 + half) - top;
    if (ones <= 0) {
      zeros += height;
    } else {
      lengths.push(zeros + top, ones);
      zeros = height - top - ones;
    }
  }
  return encodeRle({ width, height, lengths: Uint32Array.from([...lengths, zeros]) });
}

describe('masks for canvases', () => {
  const ring = draw('......', '.####.', '.#..#.', '.####.', '......');

  it('gives every pixel, row by row', () => {
    const { width, height, data } = rleToBitmap(draw('..#', '.##'));
    expect({ width, height, data: [...data] }).toEqual({ width: 3, height: 2, data: [0, 0, 1, 0, 1, 1] });
  });

  it('gives area and bounds', () => {
    expect(rleArea(ring)).toBe(10);
    expect(rleBounds(ring)).toEqual({ x: 1, y: 1, width: 4, height: 3 });
    expect(rleBounds(draw('...', '...'))).toBeNull();
  });

  it('gives the outline with its holes as a path in pixels', () => {
    expect(rleToSvgPath(ring, 0)).toBe('M1 1h4v3h-4zM2 2v1h2v-1z');
    expect(rleToSvgPath(draw('...', '...'))).toBe('');
  });

  it('outlines a mask of 4000 x 3000 by its runs, far faster than by its pixels', () => {
    const large = disc(4000, 3000);
    rleToSvgPath(large, 0);
    const started = performance.now();
    for (let i = 0; i < 5; i++) rleToSvgPath(large, 0);
    expect((performance.now() - started) / 5).toBeLessThan(100);
  });

  it('refuses a malformed mask', () => {
    expect(() => rleToBitmap({ size: [2, 2], counts: '!' })).toThrow(/COCO compressed RLE/);
  });
});
