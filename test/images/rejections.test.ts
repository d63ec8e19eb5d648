import { Readable } from 'node:stream';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ImageStore } from '#src/images/ingest.js';
import type { ImageLimits } from '#src/images/limits.js';
import { fitLongestSide, readRgb } from '#src/images/rgb.js';
import {
  blackPng,
  filesUnder,
  HEIGHT,
  noise,
  quadrants,
  source,
  temporaryFolder,
  tiff,
  WIDTH,
  withPngChunk,
} from './corpus.js';

/** Checks that the store refuses the bytes, leaves nothing behind, and answers the error. */
async function refusal(bytes: Buffer | Readable, limits: Partial<ImageLimits> = {}) {
  const folder = await temporaryFolder();
  const store = await ImageStore.open(folder, limits);
  const error: unknown = await store.ingest(bytes).then(
    ({ image }) => image,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  expect(await filesUnder(folder)).toEqual([]);
  return error as Error;
}

const heic = async () => {
  const text = (await source().avif().toBuffer()).toString('latin1');
  return Buffer.from(
    text.replace('ftypavif', 'ftypheic').replaceAll('av01', 'hvc1').replaceAll('av1C', 'hvcC'),
    'latin1',
  );
};

describe('bytes that are no accepted image answer IMAGE_REJECTED', () => {
  it.each([
    ['an empty body', 'the body is empty', () => Buffer.alloc(0)],
    ['text', 'text', () => Buffer.from('hello, this is not an image\n')],
    ['an SVG', 'an SVG drawing', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    [
      'an SVG after an XML declaration',
      'an SVG drawing',
      () => Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    ],
    ['HTML', 'an HTML page', () => Buffer.from('<!doctype html><html><body>hi</body></html>')],
    ['a PDF', 'a PDF document', () => Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')],
    ['an HEIC photo', 'an HEIC image', heic],
    ['a BMP', 'a BMP image', () => Buffer.concat([Buffer.from('BM'), noise(200)])],
    ['a JPEG XL image', 'a JPEG XL image', () => Buffer.from('\0\0\0\x0cJXL \r\n\x87\n', 'latin1')],
    ['a video', 'a video', () => Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1')],
    ['a ZIP archive', 'a ZIP archive', () => Buffer.concat([Buffer.from('PK\x03\x04'), noise(100)])],
    ['random bytes', 'no known image format', () => noise(5000)],
    ['a PNG signature alone', 'a PNG image that is truncated', () => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    [
      'a JPEG signature alone',
      'a JPEG image that is truncated',
      () => Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1'),
    ],
    ['a DNG', 'a camera raw file', () => tiff(quadrants(), 8, 2, { 50706: 0x00000401 })],
    ['a TIFF in CIE Lab of 8 bits', 'save it as RGB', () => tiff(quadrants(), 8, 8)],
    ['a TIFF in ICC Lab of 8 bits', 'save it as RGB', () => tiff(quadrants(), 8, 9)],
    ['a TIFF in ICC Lab of 16 bits', 'save it as RGB', () => tiff(noise(2 * quadrants().length), 16, 9)],
    ['a TIFF in colours of no known kind', 'no known kind', () => tiff(quadrants(), 8, 33)],
    ['a raw file that begins with a preview', 'a camera raw file', () => tiff(quadrants(), 8, 2, { 254: 1 })],
  ])('%s', async (_name, what, make) => {
    const error = await refusal(await make());
    expect(error).toMatchObject({ code: 'IMAGE_REJECTED' });
    expect(error.message).toContain(what);
    expect(error.message).toContain('JPEG, PNG, WebP, AVIF, TIFF or GIF');
  });

  it('loads no drawing even where its bytes would be one', async () => {
    await refusal(Buffer.from('<svg/>'));
    await expect(
      sharp(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')).png().toBuffer(),
    ).rejects.toThrow('unsupported image format');
  });
});

describe('damaged files', () => {
  const grain = () => source(noise(WIDTH * HEIGHT * 3));
  it.each([
    ['JPEG', () => grain().jpeg().toBuffer()],
    ['progressive JPEG', () => grain().jpeg({ progressive: true }).toBuffer()],
    ['PNG', () => grain().png().toBuffer()],
    ['interlaced PNG', () => grain().png({ progressive: true }).toBuffer()],
    ['WebP', () => grain().webp().toBuffer()],
    ['lossless WebP', () => grain().webp({ lossless: true }).toBuffer()],
    ['AVIF', () => grain().avif().toBuffer()],
    ['TIFF', () => Promise.resolve(tiff(noise(WIDTH * HEIGHT * 3), 8, 2))],
    ['JPEG-compressed TIFF', () => grain().tiff({ compression: 'jpeg' }).toBuffer()],
    ['LZW-compressed TIFF', () => grain().tiff({ compression: 'lzw' }).toBuffer()],
    ['GIF', () => grain().gif().toBuffer()],
  ])('refuses a %s cut off anywhere, unless no pixel is missing', async (_name, make) => {
    const bytes = await make();
    const whole = await sharp(bytes).raw().toBuffer();
    const store = await ImageStore.open(await temporaryFolder());
    let refused = 0;
    for (const kept of [0.001, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99, 0.999]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * kept));
      try {
        const { image } = await store.ingest(cut);
        expect((await sharp(store.file(image)).raw().toBuffer()).equals(whole)).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'IMAGE_REJECTED' });
        expect((error as Error).message).not.toContain('maskwire-images-');
        refused++;
      }
    }
    expect(refused).toBeGreaterThanOrEqual(8);
  });

  it('takes a JPEG with stray bytes between its segments, as some cameras write them', async () => {
    const jpeg = await grain().jpeg().toBuffer();
    const endOfFirstSegment = 4 + jpeg.readUInt16BE(4);
    const stray = Buffer.concat([
      jpeg.subarray(0, endOfFirstSegment),
      Buffer.alloc(3),
      jpeg.subarray(endOfFirstSegment),
    ]);
    await expect(sharp(stray, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow();
    const store = await ImageStore.open(await temporaryFolder());
    expect((await store.ingest(stray)).created).toBe(true);
  });

  it('takes nothing that cannot be read afterwards, however bytes are changed', async () => {
    const files = [
      await grain().jpeg().toBuffer(),
      await grain().jpeg({ progressive: true }).toBuffer(),
      await grain().png().toBuffer(),
      await grain().webp().toBuffer(),
      await grain().avif().toBuffer(),
      await grain().tiff({ compression: 'lzw' }).toBuffer(),
      await grain().gif().toBuffer(),
    ];
    const store = await ImageStore.open(await temporaryFolder(), { maxImagePixels: 1_000_000 });
    const outcomes = { taken: 0, refused: 0 };
    for (const [file, whole] of files.entries()) {
      for (let variant = 0; variant < 24; variant++) {
        const bytes = Buffer.from(whole);
        const dice = noise(24, 1000 * file + variant);
        // Half of the variants change the header, half change any place.
        const range = variant % 2 === 0 ? Math.min(200, bytes.length) : bytes.length;
        for (let i = 0; i < 24; i += 8) {
          const place = Math.floor((dice.readUInt32BE(i) / 2 ** 32) * range);
          bytes.writeUInt8(dice.readUInt8(i + 4), place);
        }
        const result = await store.ingest(bytes).catch((error: unknown) => {
          expect(['IMAGE_REJECTED', 'TOO_LARGE']).toContain((error as { code?: string }).code);
          return null;
        });
        outcomes[result ? 'taken' : 'refused']++;
        if (!result) continue;
        expect(
          (await readRgb(store.file(result.image), (original) => fitLongestSide(original, 64))).data.length,
        ).toBeGreaterThan(0);
        expect((await store.thumbnail(result.image, 32)).length).toBeGreaterThan(0);
      }
    }
    expect(outcomes.taken).toBeGreaterThan(10);
    expect(outcomes.refused).toBeGreaterThan(50);
  });

  it('refuses a PNG whose header claims more rows than there are', async () => {
    const bytes = await grain().png().toBuffer();
    const header = Buffer.from(bytes.subarray(16, 29));
    header.writeUInt32BE(HEIGHT * 2, 4);
    const claimed = withPngChunk(bytes, { name: 'IHDR', data: header });
    // Drops the true header, which follows the claimed one in withPngChunk's order.
    const forged = Buffer.concat([claimed.subarray(0, 8), claimed.subarray(33)]);
    expect(await refusal(forged)).toMatchObject({ code: 'IMAGE_REJECTED' });
  });

  it('refuses a PNG with a wrong byte in the middle', async () => {
    const bytes = await grain().png().toBuffer();
    bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 0xff, bytes.length >> 1);
    expect(await refusal(bytes)).toMatchObject({ code: 'IMAGE_REJECTED' });
  });
});

describe('limits', () => {
  it('answers TOO_LARGE for more than maxImageBytes, also when they come as an endless stream', async () => {
    const bytes = await source(noise(WIDTH * HEIGHT * 3))
      .png()
      .toBuffer();
    expect(await refusal(bytes, { maxImageBytes: bytes.length - 1 })).toMatchObject({
      code: 'TOO_LARGE',
      details: { limit: 'maxImageBytes' },
    });
    const store = await ImageStore.open(await temporaryFolder(), { maxImageBytes: bytes.length });
    expect((await store.ingest(bytes)).created).toBe(true);
    const endless = new Readable({ read: () => void endless.push(Buffer.alloc(65536)) });
    expect(await refusal(endless, { maxImageBytes: 1_000_000 })).toMatchObject({ code: 'TOO_LARGE' });
    endless.destroy();
  });

  it('answers TOO_LARGE for a small file of 900 megapixels, before decoding it', async () => {
    const bomb = blackPng(30_000, 30_000);
    expect(bomb.length).toBeLessThan(1_000_000);
    const start = performance.now();
    expect(await refusal(bomb)).toMatchObject({ code: 'TOO_LARGE', details: { limit: 'maxImagePixels' } });
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('answers TOO_LARGE for a side longer than maxImageSide', async () => {
    expect(await refusal(blackPng(30_001, 1))).toMatchObject({ code: 'TOO_LARGE', details: { limit: 'maxImageSide' } });
    expect(await refusal(blackPng(9, 11), { maxImageSide: 10 })).toMatchObject({ details: { limit: 'maxImageSide' } });
  });

  it('answers IMAGE_REJECTED where decoding takes longer than decodeTimeoutSeconds', async () => {
    const limits = { decodeTimeoutSeconds: 1, maxImagePixels: 900_000_000 };
    expect(await refusal(blackPng(30_000, 30_000), limits)).toMatchObject({
      code: 'IMAGE_REJECTED',
      details: { limit: 'decodeTimeoutSeconds' },
    });
  });

  it('answers OVERLOADED, with retryAfterMs, for more uploads than ingestConcurrency and ingestQueue', async () => {
    const store = await ImageStore.open(await temporaryFolder(), { ingestConcurrency: 1, ingestQueue: 1 });
    const stalled = [new Readable({ read: () => undefined }), new Readable({ read: () => undefined })];
    const uploads = stalled.map((stream) => store.ingest(stream));
    const bytes = await source().png().toBuffer();
    await expect(store.ingest(bytes)).rejects.toMatchObject({
      code: 'OVERLOADED',
      details: { limit: 'ingestQueue', retryAfterMs: expect.any(Number) as number },
    });
    for (const stream of stalled) {
      stream.push(bytes);
      stream.push(null);
    }
    expect((await Promise.all(uploads)).map(({ created }) => created).sort()).toEqual([false, true]);
    expect((await store.ingest(bytes)).created).toBe(false);
  });
});

describe('an upload that breaks off', () => {
  it('throws what the stream failed with and leaves nothing behind', async () => {
    const bytes = await source().png().toBuffer();
    const broken = new Readable({
      read() {
        if (!this.readableDidRead) this.push(bytes.subarray(0, 50));
        else this.destroy(new Error('the client went away'));
      },
    });
    expect((await refusal(broken)).message).toBe('the client went away');
  });

  it('throws what the stream failed with before anything was read of it', async () => {
    const store = await ImageStore.open(await temporaryFolder());
    const broken = new Readable({ read: () => undefined });
    const ingesting = store.ingest(broken);
    broken.destroy(new Error('the client went away at once'));
    await expect(ingesting).rejects.toThrow('the client went away at once');
  });

  it('counts as broken where the stream is closed without an end', async () => {
    const bytes = await source().png().toBuffer();
    const closed = new Readable({
      read() {
        if (!this.readableDidRead) this.push(bytes);
        else this.destroy();
      },
    });
    expect(await refusal(closed)).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  });
});
