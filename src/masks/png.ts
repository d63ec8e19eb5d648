import { crc32, deflateSync } from 'node:zlib';
import type { Box } from './box.js';
import type { RunLengths } from './rle.js';
import { boundingBoxOf, forEachSpan } from './runs.js';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Grey level 0 is transparent (a two-byte sample, whatever the bit depth). */
const TRANSPARENT_BLACK = Buffer.from([0, 0]);

/**
 * The mask as a PNG file of 1 bit per pixel, greyscale, cropped to the mask's bounding box: white on the mask,
 * transparent elsewhere.
 * @returns null for an empty mask.
 */
export function pngFromRuns(runs: RunLengths): Buffer | null {
  const box = boundingBoxOf(runs);
  if (!box) return null;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(box.width, 0);
  header.writeUInt32BE(box.height, 4);
  // One bit per pixel; colour type, compression, filter method and interlacing stay 0.
  header[8] = 1;
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('tRNS', TRANSPARENT_BLACK),
    chunk('IDAT', deflateSync(scanlines(runs, box))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** `pngFromRuns` as a data URL. */
export function pngDataUrl(runs: RunLengths): string | null {
  const png = pngFromRuns(runs);
  return png && `data:image/png;base64,${png.toString('base64')}`;
}

/** The rows of the box: for each a filter byte (0, none) and its pixels, most significant bit first. */
function scanlines(runs: RunLengths, box: Box): Uint8Array {
  const stride = 1 + Math.ceil(box.width / 8);
  const bytes = new Uint8Array(stride * box.height);
  // Mark where the value changes on the way down each column, then let every row differ from the one above by its marks:
  // work for each span of the mask and each byte of the picture, none for each pixel.
  forEachSpan(runs, (x, top, bottom) => {
    const column = 1 + ((x - box.x) >> 3);
    const bit = 0x80 >> ((x - box.x) & 7);
    bytes[(top - box.y) * stride + column]! ^= bit;
    if (bottom < box.y + box.height) bytes[(bottom - box.y) * stride + column]! ^= bit;
  });
  for (let i = stride; i < bytes.length; i++) bytes[i]! ^= bytes[i - stride]!;
  return bytes;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
