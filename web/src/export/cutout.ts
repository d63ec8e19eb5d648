import type { Candidate } from 'maskwire/client';
import type { ImageLevels } from '../canvas/imageLevels.js';
import { maskPath } from '../canvas/maskPaths.js';

/** From this scale on, outlines follow the pixels' edges: a cut-out has the mask's pixels, not its simplified outline. */
const EXACT = Infinity;

/** The masks' part of the image as a PNG with transparent surroundings, as large as the box around them. */
export async function cutoutPng(image: ImageLevels, candidates: readonly Candidate[]): Promise<Blob> {
  const boxes = candidates.flatMap(({ boundingBox }) => boundingBox ?? []);
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  const canvas = new OffscreenCanvas(right - left, bottom - top);
  const context = canvas.getContext('2d');
  const [full] = image.bitmaps;
  if (!context || !full) throw new Error('This browser has no 2d canvas.');
  context.translate(-left, -top);
  for (const { mask } of candidates) context.fill(maskPath(mask.rle, EXACT), 'evenodd');
  context.globalCompositeOperation = 'source-in';
  context.drawImage(full, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
