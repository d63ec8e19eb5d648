import { resizeBilinear } from './resample.js';
import { sharp } from './sharp.js';

export interface RgbImage {
  /** `height * width * 3` bytes: rows from the top, pixels from the left, red, green, blue interleaved. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Of the upright original, in pixels. */
  readonly originalWidth: number;
  readonly originalHeight: number;
}

/**
 * Reads a canonical image file (see `ImageStore.file`) at the size that a model takes: the longest side becomes
 * `longestSide`, larger or smaller than it was, and the other is rounded, at least 1.
 *
 * The filter is an antialiased triangle, half-pixel centres, as in Pillow's BILINEAR, which models are commonly trained
 * with. Enlarging gives Pillow's very numbers; shrinking, for speed, libvips' linear kernel, after a box shrink by whole
 * steps where the image is much larger.
 * @throws Error where the file is gone or was damaged after ingest.
 */
export async function readRgb(path: string, longestSide: number): Promise<RgbImage> {
  // Ingest has bounded the size already.
  const image = sharp(path, { failOn: 'error', limitInputPixels: false }).toColourspace('srgb').removeAlpha().raw();
  const { width: originalWidth, height: originalHeight } = await image.metadata();
  const scale = longestSide / Math.max(originalWidth, originalHeight);
  const width = Math.max(1, Math.round(originalWidth * scale));
  const height = Math.max(1, Math.round(originalHeight * scale));
  const original = { originalWidth, originalHeight };
  if (scale > 1) {
    // Not with libvips: its enlarging sets pixel corners in place of centres, which moves the image.
    const pixels = { data: await image.toBuffer(), width: originalWidth, height: originalHeight };
    return { ...resizeBilinear(pixels, width, height), ...original };
  }
  return {
    data: await image.resize({ width, height, fit: 'fill', kernel: 'linear' }).toBuffer(),
    width,
    height,
    ...original,
  };
}
