import { levelFor, type ImageLevels } from './imageLevels.js';
import type { Surface } from './surface.js';
import type { View } from './view.js';

/** From this many screen pixels for a pixel of the image on, its pixels are shown as squares. */
const SHOW_PIXELS = 4;

/** Draws the image. */
export function drawBase(surface: Surface, image: ImageLevels | null, view: View): void {
  surface.clear();
  if (!image) return;
  const { context, density } = surface;
  const level = levelFor(image, view.scale * density);
  if (!level) return;
  surface.useImageFrame(view);
  context.imageSmoothingEnabled = view.scale * density < SHOW_PIXELS;
  context.drawImage(level, 0, 0, image.size.width, image.size.height);
}
