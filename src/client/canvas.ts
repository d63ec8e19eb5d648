import type { Box } from '../masks/box.js';
import { polygonsFromRuns, svgPath } from '../masks/polygons.js';
import { decodeRle, encodeRle } from '../masks/rle.js';
import { areaOf, bitmapFromRuns, boundingBoxOf, forEachSpan, runsFromBitmap } from '../masks/runs.js';
import type { Rle } from './types.js';

/** Red, green, blue and opacity, 0 to 255 each. */
export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** A mask pixel by pixel: 1 on the mask, 0 elsewhere, row by row. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Every pixel of the mask. @throws MaskwireError BAD_USER_INPUT for a malformed mask; so do all functions here. */
export function rleToBitmap(rle: Rle): Bitmap {
  const runs = runsOf(rle);
  return { width: runs.width, height: runs.height, data: bitmapFromRuns(runs) };
}

/**
 * A mask that was made pixel by pixel, as a mask prompt takes it.
 * @param bitmap any byte but 0 belongs to the mask.
 * @throws RangeError where `data` does not have `height * width` bytes.
 */
export function bitmapToRle({ width, height, data }: Bitmap): Rle {
  return encodeRle(runsFromBitmap(data, height, width));
}

/** The mask in one colour on transparent ground, at the size of the image. */
export function rleToImageData(rle: Rle, [red, green, blue, alpha]: Rgba): ImageData {
  const runs = runsOf(rle);
  const { width, height } = runs;
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  // One number for a pixel, in the byte order of this machine.
  const [color = 0] = new Uint32Array(Uint8Array.of(red, green, blue, alpha).buffer);
  forEachSpan(runs, (x, top, bottom) => {
    for (let i = top * width + x; i < bottom * width; i += width) pixels[i] = color;
  });
  return image;
}

/**
 * The outline along the pixel edges, in pixels of the image: fill it with the rule `evenodd`, or draw it at any zoom.
 * Made from the mask's runs, not its pixels.
 */
export function rleToPath2D(rle: Rle): Path2D {
  return new Path2D(rleToSvgPath(rle, 0));
}

/**
 * The outline as an SVG path for `fill-rule: evenodd`, in pixels of the image; empty for an empty mask.
 * @param tolerance how far, in pixels, the outline may stray to be shorter; 0 follows the pixel edges.
 */
export function rleToSvgPath(rle: Rle, tolerance = 1): string {
  return svgPath(polygonsFromRuns(runsOf(rle), tolerance));
}

/** The smallest box that holds the mask, in whole pixels; null for an empty mask. */
export function rleBounds(rle: Rle): Box | null {
  return boundingBoxOf(runsOf(rle));
}

/** How many pixels belong to the mask. */
export function rleArea(rle: Rle): number {
  return areaOf(runsOf(rle));
}

function runsOf({ size: [height = 0, width = 0], counts }: Rle) {
  return decodeRle({ size: [height, width], counts });
}
