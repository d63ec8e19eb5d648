import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverageGrid } from '#src/masks/resize.js';
import { areaOf } from '#src/masks/runs.js';
import { bitmaps, draw, runsOf, type Bitmap } from './samples.js';

describe('coverage of the grid', () => {
  it('is the fraction of each cell that the mask covers', () => {
    const mask = runsOf(draw('##..', '#...', '....', '...#'));
    const grid = { width: 2, height: 2, contentWidth: 2, contentHeight: 2 };
    expect(Array.from(coverageGrid(mask, grid))).toEqual([0.75, 0, 0, 0.25]);
  });

  it('splits pixels that lie in two cells', () => {
    const mask = runsOf(draw('.#.'));
    const grid = { width: 2, height: 1, contentWidth: 2, contentHeight: 1 };
    expect(Array.from(coverageGrid(mask, grid))).toEqual([0.5, 0.5].map((n) => Math.fround((2 / 3) * n)));
  });

  it('repeats pixels that are larger than cells', () => {
    const mask = runsOf(draw('.#', '#.'));
    const grid = { width: 4, height: 4, contentWidth: 4, contentHeight: 4 };
    expect(Array.from(coverageGrid(mask, grid))).toEqual([0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0, 0]);
  });

  it('leaves padding uncovered, also in the cell where the content ends', () => {
    const mask = runsOf(draw('##', '##'));
    const grid = { width: 4, height: 2, contentWidth: 2.5, contentHeight: 1 };
    expect(Array.from(coverageGrid(mask, grid))).toEqual([1, 1, 0.5, 0, 0, 0, 0, 0]);
  });

  it('is the exact area average of the pixels, whatever the sizes', () => {
    const grids = fc
      .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          contentWidth: fc.double({ min: 0.1, max: width, noNaN: true }),
          contentHeight: fc.double({ min: 0.1, max: height, noNaN: true }),
        }),
      );
    const overlap = (pixel: number, scale: number, cell: number) =>
      Math.max(0, Math.min((pixel + 1) * scale, cell + 1) - Math.max(pixel * scale, cell));
    const coverageOf = ({ pixels, height, width }: Bitmap, sx: number, sy: number, column: number, row: number) => {
      let sum = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          if (pixels[y * width + x]) sum += overlap(x, sx, column) * overlap(y, sy, row);
        }
      }
      return sum;
    };
    fc.assert(
      fc.property(bitmaps, grids, (bitmap, grid) => {
        const sx = grid.contentWidth / bitmap.width;
        const sy = grid.contentHeight / bitmap.height;
        const coverage = coverageGrid(runsOf(bitmap), grid);
        coverage.forEach((fraction, i) => {
          const expected = coverageOf(bitmap, sx, sy, i % grid.width, Math.floor(i / grid.width));
          expect(fraction).toBeCloseTo(expected, 6);
          expect(fraction).toBeLessThanOrEqual(1);
        });
        const total = coverage.reduce((sum, fraction) => sum + fraction, 0);
        expect(total).toBeCloseTo(areaOf(runsOf(bitmap)) * sx * sy, 4);
      }),
    );
  });
});
