import type { MaskGrid } from './grid.js';
import type { RunLengths } from './rle.js';
import { forEachSpan } from './runs.js';

/**
 * Shrinks (or grows) a mask to a model's grid, as a mask prompt needs it: for each cell the fraction of its area that
 * the mask covers, by exact area averaging. Padding is not covered, also within a cell that the content ends in.
 * @returns `grid.height * grid.width` fractions, 0..1, row by row.
 */
export function coverageGrid(runs: RunLengths, grid: MaskGrid): Float32Array<ArrayBuffer> {
  const scaleX = grid.contentWidth / runs.width;
  const scaleY = grid.contentHeight / runs.height;
  const covered = new Float64Array(grid.width * grid.height);
  forEachSpan(runs, (x, top, bottom) => {
    const left = x * scaleX;
    const right = (x + 1) * scaleX;
    for (let column = Math.floor(left); column < right && column < grid.width; column++) {
      const share = Math.min(right, column + 1) - Math.max(left, column);
      coverRows(covered, grid, column, top * scaleY, bottom * scaleY, share);
    }
  });
  const fractions = new Float32Array(covered.length);
  // Sums of fractions may pass 1 by a rounding error.
  for (let i = 0; i < covered.length; i++) fractions[i] = Math.min(1, covered[i]!);
  return fractions;
}

/** Adds a rectangle that is `share` wide, within one column of cells, from `top` to `bottom` in cells. */
function coverRows(
  covered: Float64Array,
  { width, height }: MaskGrid,
  column: number,
  top: number,
  bottom: number,
  share: number,
): void {
  const firstRow = Math.floor(top);
  for (let row = firstRow, i = firstRow * width + column; row < bottom && row < height; row++, i += width) {
    covered[i]! += share * (Math.min(bottom, row + 1) - Math.max(top, row));
  }
}
