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
 * The filter is an antialiased triangle, half-pixel centres: the closest to PIL's BILINEAR and BOX, which models are
 * commonly trained with. Shrinking is libvips' linear kernel, after a box shrink by whole steps where the image is much
 * larger.
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
    const pixels = await image.toBuffer();
    return { data: enlarge(pixels, originalWidth, originalHeight, width, height), width, height, ...original };
  }
  return {
    data: await image.resize({ width, height, fit: 'fill', kernel: 'linear' }).toBuffer(),
    width,
    height,
    ...original,
  };
}

/** Bilinear, half-pixel centres. libvips' own enlarging sets pixel corners in place of centres, which moves the image. */
function enlarge(data: Uint8Array, width: number, height: number, toWidth: number, toHeight: number): Uint8Array {
  const columns = neighbours(width, toWidth);
  const rows = neighbours(height, toHeight);
  const result = new Uint8Array(toWidth * toHeight * 3);
  let out = 0;
  for (const row of rows) {
    const above = row.first * width;
    const below = row.second * width;
    for (const { first, second, share } of columns) {
      const topLeft = (above + first) * 3;
      const topRight = (above + second) * 3;
      const bottomLeft = (below + first) * 3;
      const bottomRight = (below + second) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const top = mix(data[topLeft + channel] ?? 0, data[topRight + channel] ?? 0, share);
        const bottom = mix(data[bottomLeft + channel] ?? 0, data[bottomRight + channel] ?? 0, share);
        result[out++] = Math.round(mix(top, bottom, row.share));
      }
    }
  }
  return result;
}

function mix(a: number, b: number, shareOfB: number): number {
  return a + (b - a) * shareOfB;
}

/** For each output place along one side, the two input places between which it lies, and the second one's share. */
function neighbours(from: number, to: number) {
  return Array.from({ length: to }, (_, i) => {
    const place = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    const first = Math.floor(place);
    return { first, second: Math.min(from - 1, first + 1), share: place - first };
  });
}
