import { bitmapToRle, rleToBitmap, type Rle } from 'maskwire/client';
import { strokePath } from '../canvas/liveLayer.js';
import type { Point, Size } from '../canvas/view.js';

/** A rough mask needs no more detail than this longest side gives it, in pixels: models see far less. */
const GRID = 1024;
const OPAQUE_ENOUGH = 128;

/**
 * The strokes as a mask at the size of the image, painted with a round brush.
 * @param strokes corners in pixels of the image.
 * @param diameter in pixels of the image.
 * @param base a mask at the size of the image that the strokes are added to.
 */
export function strokesToRle(
  strokes: readonly (readonly Point[])[],
  diameter: number,
  image: Size,
  base: Rle | null,
): Rle {
  const scale = Math.min(1, GRID / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('This browser has no 2d canvas.');
  context.setTransform(width / image.width, 0, 0, height / image.height, 0, 0);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = diameter;
  for (const stroke of strokes) context.stroke(strokePath(stroke));
  const { data } = context.getImageData(0, 0, width, height);
  const bitmap = base ? rleToBitmap(base).data : new Uint8Array(image.width * image.height);
  for (let y = 0; y < image.height; y++) {
    const row = Math.floor((y * height) / image.height) * width;
    for (let x = 0; x < image.width; x++) {
      const cell = row + Math.floor((x * width) / image.width);
      if ((data[4 * cell + 3] ?? 0) >= OPAQUE_ENOUGH) bitmap[y * image.width + x] = 1;
    }
  }
  return bitmapToRle({ ...image, data: bitmap });
}
