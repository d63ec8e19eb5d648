import type { Size } from '../canvas/view.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Colour type 0 of PNG: grey levels. */
const GRAY = 0;

/**
 * A PNG of grey levels, which a canvas cannot write: it knows colours of 8 bits only.
 * @param values one per pixel, row by row.
 */
export async function grayPng(values: Uint16Array, { width, height }: Size, bits: 8 | 16): Promise<Blob> {
  const header = new Uint8Array(13);
  const fields = new DataView(header.buffer);
  fields.setUint32(0, width);
  fields.setUint32(4, height);
  header[8] = bits;
  header[9] = GRAY;
  const data = await deflate(scanlines(values, width, height, bits));
  const parts = [chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', new Uint8Array(0))];
  return new Blob([Uint8Array.from(SIGNATURE), ...parts], { type: 'image/png' });
}

/** Each row behind a byte that says that it is not filtered. */
function scanlines(values: Uint16Array, width: number, height: number, bits: 8 | 16): Uint8Array<ArrayBuffer> {
  const bytes = bits / 8;
  const stride = 1 + width * bytes;
  const lines = new DataView(new ArrayBuffer(stride * height));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = values[y * width + x] ?? 0;
      const at = y * stride + 1 + x * bytes;
      if (bits === 16) lines.setUint16(at, value);
      else lines.setUint8(at, value);
    }
  }
  return new Uint8Array(lines.buffer);
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  // What the platform calls "deflate" is the zlib format that PNG asks for.
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(12 + data.length);
  const fields = new DataView(bytes.buffer);
  fields.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  fields.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** The checksum of PNG's chunks (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
