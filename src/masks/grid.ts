/**
 * The low-resolution grid of a model's mask logits, in cells. The image fills it from the top left corner; what lies
 * right of and below the content is padding. The content may end inside a cell: 85.5 cells.
 */
export interface MaskGrid {
  readonly width: number;
  readonly height: number;
  readonly contentWidth: number;
  readonly contentHeight: number;
}

/** @throws RangeError where an array over the grid does not have a number for each cell. */
export function assertGridLength(values: Float32Array, width: number, height: number): void {
  if (values.length !== width * height) {
    throw new RangeError(`A grid of ${height} x ${width} must have ${height * width} values, got ${values.length}.`);
  }
}
