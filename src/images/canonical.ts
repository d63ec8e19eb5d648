import type { Metadata, Sharp } from 'sharp';
import { MaskwireError } from '#src/errors.js';
import {
  ACCEPTED_FORMATS,
  ACCEPTED_NAMES,
  describeFile,
  hasPngSurprises,
  isAvifSequence,
  isCameraRaw,
  isLabTiff,
} from './formats.js';
import type { StoredImage } from './imageIndex.js';
import type { ImageLimits } from './limits.js';
import { sharp } from './sharp.js';

/** How a file's pixels become the canonical ones. */
export interface Inspection {
  /** Format of the upload, as sharp names it. */
  readonly format: string;
  /** The canonical file is the upload itself, of this type; null where it has to be re-encoded. */
  readonly keepAs: StoredImage['mime'] | null;
  /** Of the upright image, in pixels. */
  readonly width: number;
  readonly height: number;
}

const DISPLAYABLE: Readonly<Record<string, StoredImage['mime']>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  heif: 'image/avif',
};

/**
 * What sharp is told for every decode of an image. 'error' refuses truncated files of every format ('truncated' lets
 * TIFF pass) and damage that a decoder can tell, which JPEG decoders mostly cannot; 'warning' would also refuse photos
 * that merely carry stray bytes.
 */
export function decoder(path: string, limits: Pick<ImageLimits, 'maxImagePixels' | 'decodeTimeoutSeconds'>): Sharp {
  return sharp(path, { failOn: 'error', limitInputPixels: limits.maxImagePixels }).timeout({
    seconds: limits.decodeTimeoutSeconds,
  });
}

/**
 * Reads the header and decides whether the file is taken, without decoding a pixel.
 * @throws MaskwireError IMAGE_REJECTED for bytes that are no accepted image, TOO_LARGE for too many pixels.
 */
export async function inspect(path: string, limits: ImageLimits): Promise<Inspection> {
  const metadata = await sharp(path, { failOn: 'error', limitInputPixels: false })
    .metadata()
    .catch(async (error: unknown) => {
      const what = await describeFile(path);
      if (what === 'a TIFF image' && (await isLabTiff(path))) throw rejected(LAB, error);
      throw rejected(ACCEPTED_NAMES.has(what) ? `${what} that is truncated or damaged` : what, error);
    });
  // Only AV1 is decoded: HEIC photos have a readable header all the same.
  if (metadata.format === 'heif' && metadata.compression !== 'av1') throw rejected(await describeFile(path));
  if (metadata.format === 'tiff' && (await isCameraRaw(path))) throw rejected('a camera raw file');
  // libvips reads such pixels and knows no way from them to sRGB.
  if (metadata.space === 'multiband') {
    const isLab = metadata.format === 'tiff' && (await isLabTiff(path));
    throw rejected(isLab ? LAB : `${await describeFile(path)} whose colours are of no known kind: save it as RGB`);
  }
  const { width, height } = metadata.autoOrient;
  assertSize(width, height, limits);
  const keepAs = (await isCanonical(path, metadata)) ? (DISPLAYABLE[metadata.format] ?? null) : null;
  return { format: metadata.format, keepAs, width, height };
}

/** libvips takes Lab of 16 bits by CIE, and neither that of 8 bits nor that by ICC or ITU. */
const LAB = 'a TIFF image in Lab colours of a kind that cannot be converted: save it as RGB, or as CIE Lab of 16 bits';

function rejected(what: string, cause?: unknown): MaskwireError {
  return new MaskwireError(
    'IMAGE_REJECTED',
    `Expected a whole image as ${ACCEPTED_FORMATS}; what came is ${what}.`,
    {},
    { cause },
  );
}

function assertSize(width: number, height: number, { maxImagePixels, maxImageSide }: ImageLimits): void {
  if (width * height > maxImagePixels) {
    throw new MaskwireError(
      'TOO_LARGE',
      `Expected an image of at most ${maxImagePixels} pixels (maxImagePixels); what came is ${width} x ${height}.`,
      { limit: 'maxImagePixels' },
    );
  }
  if (Math.max(width, height) > maxImageSide) {
    throw new MaskwireError(
      'TOO_LARGE',
      `Expected sides of at most ${maxImageSide} pixels (maxImageSide); what came is ${width} x ${height}.`,
      { limit: 'maxImageSide' },
    );
  }
}

/** Whether the file as it is shows the canonical pixels everywhere. */
async function isCanonical(path: string, metadata: Metadata): Promise<boolean> {
  const plain =
    metadata.space === 'srgb' &&
    metadata.channels === 3 &&
    metadata.depth === 'uchar' &&
    (metadata.bitsPerSample ?? 8) === 8 &&
    (metadata.orientation ?? 1) === 1 &&
    (metadata.pages ?? 1) === 1 &&
    (metadata.icc === undefined || isSrgbProfile(metadata.icc));
  if (!plain) return false;
  if (metadata.format === 'png') return !(await hasPngSurprises(path));
  if (metadata.format === 'heif') return !(await isAvifSequence(path));
  return true;
}

/** Whether an ICC profile calls itself sRGB in its description (one byte a letter in version 2, two in version 4). */
function isSrgbProfile(icc: Buffer): boolean {
  const tagCount = icc.length >= 132 ? icc.readUInt32BE(128) : 0;
  for (let at = 132; at + 12 <= icc.length && at < 132 + 12 * tagCount; at += 12) {
    if (icc.toString('latin1', at, at + 4) !== 'desc') continue;
    const start = icc.readUInt32BE(at + 4);
    const text = icc.toString('latin1', start, start + icc.readUInt32BE(at + 8));
    return text.replaceAll('\0', '').includes('sRGB');
  }
  return false;
}

/**
 * Decodes the whole image without keeping it, so that a damaged file is found here and not by whoever reads it next.
 * @throws MaskwireError IMAGE_REJECTED
 */
export async function verify(path: string, limits: ImageLimits): Promise<void> {
  // A small result makes decoders that can (JPEG, WebP) scale while decoding: they still read every byte.
  await decoder(path, limits)
    .resize(64, 64, { fit: 'inside' })
    .raw()
    .toBuffer()
    .catch((error: unknown) => {
      throw undecodable(error, path, limits);
    });
}

/**
 * Writes the canonical form: upright, 8-bit sRGB by the file's own colour profile, 3 channels, alpha flattened over
 * white, first page or frame, no metadata. JPEG stays JPEG (quality 95, 4:4:4); everything else becomes PNG.
 * @returns type and size in pixels of what was written.
 * @throws MaskwireError IMAGE_REJECTED where the source cannot be decoded to its end.
 */
export async function reencode(
  source: string,
  format: string,
  target: string,
  limits: ImageLimits,
): Promise<Pick<StoredImage, 'mime' | 'width' | 'height'>> {
  const pixels = decoder(source, limits).autoOrient().flatten({ background: 'white' }).toColourspace('srgb');
  const encoder =
    format === 'jpeg'
      ? pixels.jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
      : pixels.png({ compressionLevel: 2, adaptiveFiltering: true });
  try {
    const { width, height } = await encoder.toFile(target);
    return { mime: format === 'jpeg' ? 'image/jpeg' : 'image/png', width, height };
  } catch (error) {
    if (isTimeout(error)) throw undecodable(error, source, limits);
    // A full disk also ends here: only a source that cannot be decoded is the caller's matter.
    await verify(source, limits);
    throw error;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('timeout:');
}

function undecodable(error: unknown, path: string, limits: ImageLimits): MaskwireError {
  const message = error instanceof Error ? error.message : String(error);
  if (isTimeout(error)) {
    return new MaskwireError(
      'IMAGE_REJECTED',
      `Expected an image that decodes within ${limits.decodeTimeoutSeconds} seconds (decodeTimeoutSeconds).`,
      { limit: 'decodeTimeoutSeconds' },
      { cause: error },
    );
  }
  const reason = (message.split('\n')[0] ?? '').replaceAll(path, 'the file');
  return new MaskwireError(
    'IMAGE_REJECTED',
    `Expected a whole image; what came is truncated or damaged: ${reason}`,
    {},
    { cause: error },
  );
}
