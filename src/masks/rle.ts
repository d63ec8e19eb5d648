/**
 * A binary mask as COCO compressed run lengths: runs of 0 and 1 in turn, beginning with 0, column by column, in COCO's
 * string coding. `size` is `[height, width]` in pixels.
 */
export interface Rle {
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}
