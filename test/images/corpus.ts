import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { expect, onTestFinished } from 'vitest';

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'maskwire-images-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Every file under a folder, as relative paths. */
export async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

export type Colour = readonly [red: number, green: number, blue: number];

/** Colours of the quadrants: top left, top right, bottom left, bottom right. */
export const QUADRANTS: readonly [Colour, Colour, Colour, Colour] = [
  [220, 40, 30],
  [30, 180, 60],
  [40, 70, 200],
  [200, 200, 190],
];

export const WIDTH = 96;
export const HEIGHT = 64;

/** Pixels of an image with a colour in each quadrant. */
export function quadrants(colours: readonly [Colour, Colour, Colour, Colour] = QUADRANTS): Buffer {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const colour = colours[((y >= HEIGHT / 2 ? 2 : 0) + (x >= WIDTH / 2 ? 1 : 0)) as 0 | 1 | 2 | 3];
      data.set(colour, (y * WIDTH + x) * 3);
    }
  }
  return data;
}

export function source(data = quadrants(), width = WIDTH, height = HEIGHT, channels: 1 | 2 | 3 | 4 = 3): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** Pixels that no encoder can make small, always the same for a seed. */
export function noise(length: number, seed = 1): Buffer {
  const data = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = state >>> 24;
  }
  return data;
}

/** Checks that a file is canonical and has these colours in the middle of its quadrants. */
export async function expectCanonical(
  path: string,
  colours: readonly Colour[] = QUADRANTS,
  tolerance = 8,
): Promise<void> {
  const metadata = await sharp(path).metadata();
  expect(metadata).toMatchObject({ space: 'srgb', channels: 3, depth: 'uchar', hasAlpha: false });
  expect(metadata.orientation ?? 1).toBe(1);
  const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
  const found = [0, 1, 2, 3].map((quadrant) => {
    const x = Math.floor(info.width * (quadrant % 2 === 0 ? 0.25 : 0.75));
    const y = Math.floor(info.height * (quadrant < 2 ? 0.25 : 0.75));
    return [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  });
  const largest = Math.max(...found.flat().map((value, i) => Math.abs(value - (colours.flat()[i] ?? NaN))));
  expect(largest, `expected ${JSON.stringify(colours)}, got ${JSON.stringify(found)}`).toBeLessThanOrEqual(tolerance);
}

export interface PngChunk {
  readonly name: string;
  readonly data: Uint8Array;
}

export function pngChunk({ name, data }: PngChunk): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** A PNG file of one black colour, a few bytes for any size: 1 bit a pixel. */
export function blackPng(width: number, height: number): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk({ name: 'IHDR', data: header }),
    pngChunk({ name: 'IDAT', data: deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 1 }) }),
    pngChunk({ name: 'IEND', data: new Uint8Array() }),
  ]);
}

/** The PNG with a further chunk right after its header. */
export function withPngChunk(png: Buffer, chunk: PngChunk): Buffer {
  return Buffer.concat([png.subarray(0, 33), pngChunk(chunk), png.subarray(33)]);
}

/** The JPEG with this ICC profile declared, its pixel values unchanged. */
export function withJpegProfile(jpeg: Buffer, profile: Buffer): Buffer {
  const segment = Buffer.concat([
    Buffer.from([0xff, 0xe2, 0, 0]),
    Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'),
    profile,
  ]);
  segment.writeUInt16BE(segment.length - 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

/** An ICC version 2 profile with the primaries of Adobe RGB (1998), adapted to D50, and gamma 2.2. */
export function adobeRgbProfile(): Buffer {
  const fixed = (values: readonly number[]) => {
    const data = Buffer.alloc(8 + 4 * values.length);
    data.write('XYZ ');
    values.forEach((value, i) => data.writeInt32BE(Math.round(value * 65536), 8 + 4 * i));
    return data;
  };
  const curve = Buffer.from([...Buffer.from('curv\0\0\0\0'), 0, 0, 0, 1, 2, 51, 0, 0]);
  const name = Buffer.from('wide\0', 'latin1');
  const description = Buffer.concat([Buffer.from('desc\0\0\0\0\0\0\0\x05', 'latin1'), name, Buffer.alloc(81)]);
  const tags: readonly (readonly [string, Buffer])[] = [
    ['desc', description],
    ['cprt', Buffer.from('text\0\0\0\0none\0\0\0\0', 'latin1')],
    ['wtpt', fixed([0.9642, 1, 0.8249])],
    ['rXYZ', fixed([0.60974, 0.31111, 0.01947])],
    ['gXYZ', fixed([0.20528, 0.62567, 0.06087])],
    ['bXYZ', fixed([0.14919, 0.06322, 0.74457])],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const table = Buffer.alloc(4 + 12 * tags.length);
  table.writeUInt32BE(tags.length, 0);
  const bodies: Buffer[] = [];
  let offset = 128 + table.length;
  tags.forEach(([tag, data], i) => {
    const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    table.write(tag, 4 + 12 * i, 'latin1');
    table.writeUInt32BE(offset, 8 + 12 * i);
    table.writeUInt32BE(data.length, 12 + 12 * i);
    bodies.push(padded);
    offset += padded.length;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(offset, 0);
  header.writeUInt32BE(0x02100000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  fixed([0.9642, 1, 0.8249]).copy(header, 68, 8);
  return Buffer.concat([header, table, ...bodies]);
}

/** An uncompressed little-endian TIFF with one strip. `tags` are further SHORT entries. */
export function tiff(
  data: Uint8Array,
  bits: 8 | 16,
  photometric: number,
  tags: Readonly<Record<number, number>> = {},
): Buffer {
  const SHORT = 3;
  const LONG = 4;
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, SHORT, 1, WIDTH],
    [257, SHORT, 1, HEIGHT],
    [258, SHORT, 3, 0],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, photometric],
    [273, LONG, 1, 0],
    [277, SHORT, 1, 3],
    [278, SHORT, 1, HEIGHT],
    [279, LONG, 1, data.length],
    ...Object.entries(tags).map(([tag, value]): [number, number, number, number] => [Number(tag), LONG, 1, value]),
  ];
  entries.sort(([a], [b]) => a - b);
  const bitsAt = 8 + 2 + 12 * entries.length + 4;
  const head = Buffer.alloc(bitsAt + 6);
  head.write('II*\0\x08\0\0\0', 'latin1');
  head.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, count, value], i) => {
    const at = 10 + 12 * i;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(type, at + 2);
    head.writeUInt32LE(count, at + 4);
    head.writeUInt32LE(tag === 258 ? bitsAt : tag === 273 ? head.length : value, at + 8);
  });
  for (const i of [0, 1, 2]) head.writeUInt16LE(bits, bitsAt + 2 * i);
  return Buffer.concat([head, data]);
}
