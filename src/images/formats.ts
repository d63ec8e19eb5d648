import { open, type FileHandle } from 'node:fs/promises';

/** What an error tells people to send. */
export const ACCEPTED_FORMATS = 'JPEG, PNG, WebP, AVIF, TIFF or GIF';

/** What `describeFile` calls files of these formats. */
export const ACCEPTED_NAMES: ReadonlySet<string> = new Set([
  'a JPEG image',
  'a PNG image',
  'a WebP image',
  'an AVIF image',
  'a TIFF image',
  'a GIF image',
]);

const HEAD_BYTES = 512;
const HEIF_BRANDS: Readonly<Record<string, string>> = {
  heic: 'an HEIC image',
  heix: 'an HEIC image',
  hevc: 'an HEIC image sequence',
  mif1: 'an HEIF image',
  msf1: 'an HEIF image sequence',
  avif: 'an AVIF image',
  avis: 'an AVIF image sequence',
  crx: 'a camera raw file',
};

/** Signatures of files that people may take for images, as latin-1 text at the very beginning. */
const SIGNATURES: readonly (readonly [signature: string, name: string])[] = [
  ['%PDF-', 'a PDF document'],
  ['BM', 'a BMP image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['\x89PNG\r\n\x1a\n', 'a PNG image'],
  ['GIF8', 'a GIF image'],
  ['II*\0', 'a TIFF image'],
  ['MM\0*', 'a TIFF image'],
  ['\xff\x0a', 'a JPEG XL image'],
  ['\0\0\0\x0cJXL ', 'a JPEG XL image'],
  ['\0\0\0\x0cjP  ', 'a JPEG 2000 image'],
  ['\xff\x4f\xff\x51', 'a JPEG 2000 image'],
  ['8BPS', 'a Photoshop file'],
  ['FUJIFILMCCD-RAW', 'a camera raw file'],
  ['\0\0\x01\0', 'a Windows icon'],
  ['PK\x03\x04', 'a ZIP archive or an office document'],
  ['\x1f\x8b', 'a gzip archive'],
];

/** Says in words what a file seems to be, from its first bytes: for error messages only. */
export async function describeFile(path: string): Promise<string> {
  return withFile(path, async (file) => {
    const head = (await readAt(file, 0, HEAD_BYTES)).toString('latin1');
    if (head === '') return 'nothing: the body is empty';
    const signed = SIGNATURES.find(([signature]) => head.startsWith(signature));
    if (signed) return signed[1];
    if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'a WebP image';
    if (head.slice(4, 8) === 'ftyp') return HEIF_BRANDS[head.slice(8, 12).trim()] ?? 'a video or another media file';
    if (/^\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!doctype svg|svg)/i.test(head) && /<svg|\?xml/i.test(head)) {
      return /<svg|doctype svg/i.test(head) ? 'an SVG drawing' : 'an XML document';
    }
    if (/^\s*<(?:!doctype html|html|head|body)/i.test(head)) return 'an HTML page';
    if (!/\p{Cc}/u.test(head.replaceAll(/[\s\x80-\x9f]/g, ''))) return 'text';
    return 'bytes of no known image format';
  });
}

/**
 * Whether browsers would show a PNG otherwise than as the plain sRGB pixels that libvips reads: an animation, or
 * colours set by gamma, primaries or code points instead of an ICC profile.
 */
export async function hasPngSurprises(path: string): Promise<boolean> {
  const chunks = await withFile(path, pngHeaderChunks);
  if (chunks.has('acTL') || chunks.has('cICP')) return true;
  return (chunks.has('gAMA') || chunks.has('cHRM')) && !chunks.has('sRGB') && !chunks.has('iCCP');
}

/** Names of the chunks before the pixels. */
async function pngHeaderChunks(file: FileHandle): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  let position = 8;
  for (;;) {
    const header = await readAt(file, position, 8);
    if (header.length < 8) return names;
    const name = header.toString('latin1', 4, 8);
    if (name === 'IDAT') return names;
    names.add(name);
    position += 12 + header.readUInt32BE(0);
  }
}

/** Whether an AVIF file declares itself an animation, whose first picture is taken. */
export async function isAvifSequence(path: string): Promise<boolean> {
  return withFile(path, async (file) => (await readAt(file, 8, 4)).toString('latin1') === 'avis');
}

const TAG_NEW_SUBFILE_TYPE = 254;
const TAG_PHOTOMETRIC = 262;
const TAG_DNG_VERSION = 50706;
const TYPE_SHORT = 3;
/** CIE, ICC and ITU L*a*b*. Source: TIFF 6.0, section 23; Adobe PageMaker 6.0 TIFF technical notes; RFC 2301. */
const LAB_PHOTOMETRICS: ReadonlySet<number | undefined> = new Set([8, 9, 10]);

/**
 * Whether a TIFF file is a camera's raw file (DNG, CR2, NEF, ARW), whose first page is only a small preview.
 * Source: TIFF 6.0, sections 2 and 8 (NewSubfileType bit 0: reduced-resolution); DNG 1.7 (DNGVersion).
 */
export async function isCameraRaw(path: string): Promise<boolean> {
  return withFile(path, async (file) => {
    if ((await readAt(file, 8, 2)).toString('latin1') === 'CR') return true;
    const tags = await tiffTags(file);
    return tags.has(TAG_DNG_VERSION) || ((tags.get(TAG_NEW_SUBFILE_TYPE) ?? 0) & 1) === 1;
  });
}

/** Whether a TIFF file says that its colours are L*a*b*. */
export async function isLabTiff(path: string): Promise<boolean> {
  return withFile(path, async (file) => LAB_PHOTOMETRICS.has((await tiffTags(file)).get(TAG_PHOTOMETRIC)));
}

/** Tags of the first directory of a TIFF file, with their values where these are one number. Source: TIFF 6.0, section 2. */
async function tiffTags(file: FileHandle): Promise<ReadonlyMap<number, number>> {
  const tags = new Map<number, number>();
  const head = await readAt(file, 0, 8);
  if (head.length < 8) return tags;
  const little = head.toString('latin1', 0, 2) === 'II';
  const u16 = (data: Buffer, at: number) => (little ? data.readUInt16LE(at) : data.readUInt16BE(at));
  const u32 = (data: Buffer, at: number) => (little ? data.readUInt32LE(at) : data.readUInt32BE(at));
  const directory = u32(head, 4);
  const count = await readAt(file, directory, 2);
  if (count.length < 2) return tags;
  const entries = await readAt(file, directory + 2, 12 * u16(count, 0));
  for (let at = 0; at + 12 <= entries.length; at += 12) {
    // A SHORT stands in the first two of the four bytes, in whichever order.
    const isShort = u16(entries, at + 2) === TYPE_SHORT;
    tags.set(u16(entries, at), isShort ? u16(entries, at + 8) : u32(entries, at + 8));
  }
  return tags;
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Up to `length` bytes from `position`; fewer at the end of the file. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
