import type { Size } from './view.js';

/** The image at full size and, halved again and again, at smaller ones: drawing near the seen size is fast and clean. */
export interface ImageLevels {
  readonly size: Size;
  /** Largest first. */
  readonly bitmaps: readonly ImageBitmap[];
}

/** Below this longest side no smaller level is made, in pixels. */
const SMALLEST_LEVEL = 512;

/** @throws Error where the image cannot be fetched or decoded, or `signal` aborts. */
export async function loadImageLevels(url: string, signal: AbortSignal): Promise<ImageLevels> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`The image answered ${response.status} ${response.statusText}.`);
  const full = await createImageBitmap(await response.blob());
  const bitmaps = [full];
  for (let last = full; Math.max(last.width, last.height) > SMALLEST_LEVEL;) {
    const [resizeWidth, resizeHeight] = [Math.ceil(last.width / 2), Math.ceil(last.height / 2)];
    last = await createImageBitmap(last, { resizeWidth, resizeHeight, resizeQuality: 'medium' });
    bitmaps.push(last);
  }
  signal.throwIfAborted();
  return { size: { width: full.width, height: full.height }, bitmaps };
}

/** A small picture of the image, to be seen until the image itself is there. */
export async function loadThumbnail(url: string, size: Size, signal: AbortSignal): Promise<ImageLevels> {
  const response = await fetch(url, { signal });
  return { size, bitmaps: [await createImageBitmap(await response.blob())] };
}

/** The smallest level that still has one pixel for each pixel of the screen. */
export function levelFor({ size, bitmaps }: ImageLevels, devicePixelsPerPixel: number): ImageBitmap | undefined {
  return bitmaps.findLast(({ width }) => width >= size.width * devicePixelsPerPixel) ?? bitmaps[0];
}
