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

/** Pixels. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** The size whose longest side is `longestSide`; the other is rounded, at least 1. */
export function fitLongestSide({ width, height }: PixelSize, longestSide: number): PixelSize {
  const scale = longestSide / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Reads a canonical image file (see `ImageStore.file`) at the size that a model takes, larger or smaller than it was.
 *
 * The filter is an antialiased triangle, half-pixel centres, as in Pillow's BILINEAR, which models are commonly trained
 * with. Enlarging gives Pillow's very numbers; shrinking, for speed, libvips' linear kernel, after a box shrink by whole
 * steps where the image is much larger.
 * @param size makes the size of that of the upright original.
 * @throws Error where the file is gone or was damaged after ingest.
 */
export async function readRgb(path: string, size: (original: PixelSize) => PixelSize): Promise<RgbImage> {
  // Ingest has bounded the size already.
  const image = sharp(path, { failOn: 'error', limitInputPixels: false }).toColourspace('srgb').removeAlpha().raw();
  const original = await image.metadata();
  const { width, height } = size(original);
  const originalSize = { originalWidth: original.width, originalHeight: original.height };
  // Each side shrinks first, where it has to, and grows then.
  const shrunk = { width: Math.min(width, original.width), height: Math.min(height, original.height) };
  const shrinks = shrunk.width < original.width || shrunk.height < original.height;
  const smaller = shrinks ? image.resize({ ...shrunk, fit: 'fill', kernel: 'linear' }) : image;
  const data = await smaller.toBuffer();
  // Not with libvips: its enlarging sets pixel corners in place of centres, which moves the image.
  return { ...resizeBilinear({ data, ...shrunk }, width, height), ...originalSize };
}
