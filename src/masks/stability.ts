import { assertGridLength, type MaskGrid } from './grid.js';

/**
 * Stability score of Segment Anything (Kirillov et al. 2023, `calculate_stability_score` of the published code): the
 * intersection over union of the masks at thresholds `offset` above and below the mask threshold 0. The higher one lies
 * within the lower one, so it is the quotient of their areas. Counted over the cells whose centre is in the content, so
 * that padding has no say.
 * @param logits float32, row by row, at the grid's resolution.
 * @returns 0..1. Where even the lower threshold leaves nothing, the published code answers 0/0, not a number; here two
 *   empty masks are equal, which is 1.
 */
export function stabilityScore(logits: Float32Array, grid: MaskGrid, offset = 1): number {
  assertGridLength(logits, grid.width, grid.height);
  const columns = cellsWithCentre(grid.contentWidth, grid.width);
  const rows = cellsWithCentre(grid.contentHeight, grid.height);
  let above = 0;
  let below = 0;
  for (let row = 0; row < rows; row++) {
    const end = row * grid.width + columns;
    for (let i = row * grid.width; i < end; i++) {
      const logit = logits[i]!;
      if (logit > -offset) below++;
      if (logit > offset) above++;
    }
  }
  return below === 0 ? 1 : above / below;
}

/** A content thinner than half a cell still counts its first cell. */
function cellsWithCentre(contentSize: number, gridSize: number): number {
  return Math.min(gridSize, Math.max(1, Math.round(contentSize)));
}
