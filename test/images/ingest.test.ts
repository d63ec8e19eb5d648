import { readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ImageStore } from '#src/images/ingest.js';
import {
  adobeRgbProfile,
  blackPng,
  expectCanonical,
  filesUnder,
  HEIGHT,
  noise,
  QUADRANTS,
  quadrants,
  source,
  temporaryFolder,
  tiff,
  WIDTH,
  withJpegProfile,
  withPngChunk,
} from './corpus.js';

async function ingest(bytes: Buffer) {
  const store = await ImageStore.open(await temporaryFolder());
  const { image, created } = await store.ingest(bytes);
  expect(created).toBe(true);
  return { store, image, path: store.file(image) };
}

const greys = QUADRANTS.map(([red]) => [red, red, red] as const);

describe('uploads that are canonical already', () => {
  it.each([
    ['JPEG', 'image/jpeg', () => source().jpeg({ quality: 95 }).toBuffer()],
    ['progressive JPEG', 'image/jpeg', () => source().jpeg({ quality: 95, progressive: true }).toBuffer()],
    ['JPEG with an sRGB profile', 'image/jpeg', () => source().withIccProfile('srgb').jpeg().toBuffer()],
    ['PNG', 'image/png', () => source().png().toBuffer()],
    [
      'PNG that states the gamma of sRGB',
      'image/png',
      async () => {
        const png = withPngChunk(await source().png().toBuffer(), {
          name: 'gAMA',
          data: Buffer.from([0, 0, 177, 143]),
        });
        return withPngChunk(png, { name: 'sRGB', data: Buffer.from([0]) });
      },
    ],
    ['interlaced PNG', 'image/png', () => source().png({ progressive: true }).toBuffer()],
    [
      'palette PNG',
      'image/png',
      () =>
        source(noise(WIDTH * HEIGHT * 3))
          .png({ palette: true })
          .toBuffer(),
    ],
    ['WebP', 'image/webp', () => source().webp({ quality: 95 }).toBuffer()],
    ['AVIF', 'image/avif', () => source().avif({ quality: 90 }).toBuffer()],
  ])('keeps the bytes of a %s', async (_name, mime, make) => {
    const bytes = await make();
    const { image, path } = await ingest(bytes);
    expect(image).toMatchObject({ mime, width: WIDTH, height: HEIGHT, bytes: bytes.length });
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(image.id).toBe(`img_${createHash('sha256').update(bytes).digest('hex')}`);
  });
});

describe('uploads that are re-encoded', () => {
  const alpha = () => {
    const data = Buffer.alloc(WIDTH * HEIGHT * 4);
    const rgb = quadrants();
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      data.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
      // Opaque on the left, fully transparent on the right.
      data[4 * i + 3] = i % WIDTH < WIDTH / 2 ? 255 : 0;
    }
    return source(data, WIDTH, HEIGHT, 4);
  };
  const overWhite = [QUADRANTS[0], [255, 255, 255], QUADRANTS[2], [255, 255, 255]] as const;
  const sixteen = () => {
    const data = Buffer.alloc(WIDTH * HEIGHT * 6);
    quadrants().forEach((value, i) => data.writeUInt16LE(value * 257, 2 * i));
    return data;
  };
  const red = () => quadrants(greys as unknown as typeof QUADRANTS);
  const frames = () => {
    const black = Buffer.alloc(WIDTH * HEIGHT * 3);
    return sharp(Buffer.concat([quadrants(), black]), {
      raw: { width: WIDTH, height: HEIGHT * 2, channels: 3, pageHeight: HEIGHT },
    });
  };
  it.each([
    ['TIFF', 'image/png', () => source().tiff({ compression: 'lzw' }).toBuffer(), QUADRANTS],
    ['GIF', 'image/png', () => source().gif().toBuffer(), QUADRANTS],
    ['animated GIF, first frame', 'image/png', () => frames().gif().toBuffer(), QUADRANTS],
    ['animated WebP, first frame', 'image/png', () => frames().webp({ lossless: true }).toBuffer(), QUADRANTS],
    ['PNG with alpha', 'image/png', () => alpha().png().toBuffer(), overWhite],
    ['16-bit PNG with alpha', 'image/png', () => alpha().toColourspace('rgb16').png().toBuffer(), overWhite],
    ['WebP with alpha', 'image/png', () => alpha().webp({ lossless: true }).toBuffer(), overWhite],
    ['AVIF with alpha', 'image/png', () => alpha().avif({ quality: 90 }).toBuffer(), overWhite],
    ['GIF with transparency', 'image/png', () => alpha().gif().toBuffer(), overWhite],
    ['16-bit PNG', 'image/png', () => source().toColourspace('rgb16').png().toBuffer(), QUADRANTS],
    ['10-bit AVIF', 'image/png', () => source().avif({ quality: 90, bitdepth: 10 }).toBuffer(), QUADRANTS],
    ['16-bit TIFF', 'image/png', () => Promise.resolve(tiff(sixteen(), 16, 2)), QUADRANTS],
    ['greyscale JPEG', 'image/jpeg', () => source(red()).toColourspace('b-w').jpeg({ quality: 95 }).toBuffer(), greys],
    ['greyscale PNG', 'image/png', () => source(red()).toColourspace('b-w').png().toBuffer(), greys],
    ['16-bit greyscale PNG', 'image/png', () => source(red()).toColourspace('grey16').png().toBuffer(), greys],
    [
      'greyscale PNG with alpha',
      'image/png',
      () => source(red()).ensureAlpha().toColourspace('b-w').png().toBuffer(),
      greys,
    ],
    ['CMYK JPEG', 'image/jpeg', () => source().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(), QUADRANTS],
    ['Display P3 JPEG', 'image/jpeg', () => source().withIccProfile('p3').jpeg({ quality: 100 }).toBuffer(), QUADRANTS],
    ['Display P3 PNG', 'image/png', () => source().withIccProfile('p3').png().toBuffer(), QUADRANTS],
    [
      'animated PNG',
      'image/png',
      async () =>
        withPngChunk(await source().png().toBuffer(), { name: 'acTL', data: Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]) }),
      QUADRANTS,
    ],
    [
      'PNG with a gamma of its own',
      'image/png',
      async () => withPngChunk(await source().png().toBuffer(), { name: 'gAMA', data: Buffer.from([0, 1, 134, 160]) }),
      QUADRANTS,
    ],
  ] as const)('makes a %s canonical', async (name, mime, make, colours) => {
    const bytes = await make();
    const { image, path } = await ingest(bytes);
    expect(image).toMatchObject({ mime, width: WIDTH, height: HEIGHT });
    expect((await readFile(path)).equals(bytes)).toBe(false);
    expect(image.blob).not.toBe(image.id.slice(4));
    expect((await sharp(path).metadata()).hasProfile).toBe(false);
    // CMYK cannot hold every sRGB colour.
    await expectCanonical(path, colours, name === 'CMYK JPEG' ? 60 : 8);
  });

  it('makes a 1-bit TIFF and a 1-bit PNG canonical', async () => {
    const blackAndWhite = [
      [255, 255, 255],
      [0, 0, 0],
      [0, 0, 0],
      [255, 255, 255],
    ] as const;
    const pixels = () => source(quadrants(blackAndWhite)).toColourspace('b-w');
    for (const bytes of [
      await pixels().tiff({ bitdepth: 1 }).toBuffer(),
      await pixels().png({ colours: 2 }).toBuffer(),
    ]) {
      expect((await sharp(bytes).metadata()).bitsPerSample).toBe(1);
      await expectCanonical((await ingest(bytes)).path, blackAndWhite);
    }
    const black = await ingest(blackPng(50, 20));
    expect(black.image).toMatchObject({ width: 50, height: 20 });
    await expectCanonical(black.path, Array(4).fill([0, 0, 0]));
  });

  it('converts Adobe RGB by the profile in the file', async () => {
    // Values in Adobe RGB of pure sRGB red, green, blue and of mid grey.
    const adobe = [
      [219, 0, 0],
      [144, 255, 60],
      [0, 0, 250],
      [127, 127, 127],
    ] as const;
    const jpeg = await source(quadrants(adobe)).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    const { path } = await ingest(withJpegProfile(jpeg, adobeRgbProfile()));
    await expectCanonical(path, [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [127, 127, 127],
    ]);
  });

  it('converts a Lab TIFF', async () => {
    // CIE L*a*b* (D65) of sRGB red, green, blue and white: L* as 0 to 65535, a* and b* as signed words, 256 to one.
    const quadrantsInLab = [
      [53.24, 80.09, 67.2],
      [87.73, -86.18, 83.18],
      [32.3, 79.19, -107.86],
      [100, 0, 0],
    ] as const;
    const indices = quadrants([
      [0, 0, 0],
      [1, 1, 1],
      [2, 2, 2],
      [3, 3, 3],
    ]);
    const words = Buffer.alloc(indices.length * 2);
    indices.forEach((quadrant, i) => {
      const value = quadrantsInLab[quadrant as 0 | 1 | 2 | 3][(i % 3) as 0 | 1 | 2];
      words.writeUInt16LE(i % 3 === 0 ? Math.round(value * 655.35) : Math.round(value * 256) & 0xffff, 2 * i);
    });
    const { path } = await ingest(tiff(words, 16, 8));
    await expectCanonical(
      path,
      [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [255, 255, 255],
      ],
      6,
    );
  });

  /** The pixels as a camera stores them whose upright picture is `upright`: rows and columns as EXIF 2.3 defines. */
  function stored(upright: Buffer, orientation: number) {
    const turned = orientation > 4;
    const [width, height] = turned ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT];
    const data = Buffer.alloc(upright.length);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const [across, down] = turned ? [row, column] : [column, row];
        const x = [2, 3, 6, 7].includes(orientation) ? WIDTH - 1 - across : across;
        const y = [3, 4, 7, 8].includes(orientation) ? HEIGHT - 1 - down : down;
        upright.copy(data, (row * width + column) * 3, (y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3);
      }
    }
    return source(data, width, height).withMetadata({ orientation });
  }

  it.each([2, 3, 4, 5, 6, 7, 8])('applies EXIF orientation %i once', async (orientation) => {
    const upright = quadrants();
    const made = [
      await stored(upright, orientation).jpeg({ quality: 95 }).toBuffer(),
      await stored(upright, orientation).webp({ lossless: true }).toBuffer(),
      await stored(upright, orientation).tiff({ compression: 'lzw' }).toBuffer(),
      await stored(upright, orientation).png().toBuffer(),
      await stored(upright, orientation).avif({ quality: 90 }).toBuffer(),
    ];
    for (const bytes of made) {
      const { image, path } = await ingest(bytes);
      expect(image).toMatchObject({ width: WIDTH, height: HEIGHT });
      await expectCanonical(path);
    }
  });

  it('drops the place where a photo was taken when it re-encodes', async () => {
    const bytes = await stored(quadrants(), 6)
      .withExifMerge({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 29/1' } })
      .jpeg()
      .toBuffer();
    expect((await sharp(bytes).metadata()).exif).toBeDefined();
    const { path } = await ingest(bytes);
    expect((await sharp(path).metadata()).exif).toBeUndefined();
  });
});

describe('sizes at the edge', () => {
  it.each([
    [1, 1],
    [30_000, 1],
    [3, 30_000],
  ])('takes %i x %i pixels', async (width, height) => {
    const bytes = await source(noise(width * height * 3), width, height)
      .png()
      .toBuffer();
    const { store, image } = await ingest(bytes);
    expect(image).toMatchObject({ width, height });
    expect((await sharp(await store.thumbnail(image, 64)).metadata()).width).toBe(
      Math.min(64, Math.ceil((width * 64) / Math.max(width, height, 64)) || 1),
    );
  });
});

describe('the same bytes again', () => {
  it('answers the same image and stores nothing', async () => {
    const folder = await temporaryFolder();
    const store = await ImageStore.open(folder);
    const bytes = await source().tiff().toBuffer();
    const first = await store.ingest(bytes);
    const files = await filesUnder(folder);
    const second = await store.ingest(bytes);
    expect(second).toEqual({ image: first.image, created: false });
    expect(await filesUnder(folder)).toEqual(files);
  });

  it('makes one image of concurrent uploads', async () => {
    const folder = await temporaryFolder();
    const store = await ImageStore.open(folder);
    const bytes = await source().tiff().toBuffer();
    const results = await Promise.all(Array.from({ length: 8 }, () => store.ingest(bytes)));
    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(results.map(({ image }) => image.id)).size).toBe(1);
    expect(await filesUnder(folder)).toHaveLength(2);
  });

  it('is found after the store was opened again, and made again where its file was lost', async () => {
    const folder = await temporaryFolder();
    const before = await ImageStore.open(folder);
    const bytes = await source().png().toBuffer();
    const { image } = await before.ingest(bytes);
    const after = await ImageStore.open(folder);
    expect(await after.get(image.id)).toEqual(image);
    expect((await after.ingest(bytes)).created).toBe(false);
    await rm(after.file(image));
    expect((await after.ingest(bytes)).created).toBe(true);
    expect((await readFile(after.file(image))).equals(bytes)).toBe(true);
  });
});

describe('get', () => {
  it('answers null for ids that are not there and for text that is no id', async () => {
    const store = await ImageStore.open(await temporaryFolder());
    expect(await store.get(`img_${'0'.repeat(64)}`)).toBeNull();
    expect(await store.get('../../etc/passwd')).toBeNull();
    expect(await store.get('')).toBeNull();
  });
});

describe('thumbnail', () => {
  it('rounds the size up to a power of two, keeps the shape and never enlarges', async () => {
    const bytes = await source(noise(600 * 400 * 3), 600, 400)
      .png()
      .toBuffer();
    const { store, image } = await ingest(bytes);
    const sizes = await Promise.all(
      [16, 100, 128, 1024].map(async (size) => sharp(await store.thumbnail(image, size)).metadata()),
    );
    expect(sizes.map(({ format, width, height }) => [format, width, height])).toEqual([
      ['jpeg', 16, 11],
      ['jpeg', 128, 85],
      ['jpeg', 128, 85],
      ['jpeg', 600, 400],
    ]);
  });

  it('is made once and kept', async () => {
    const { store, image } = await ingest(await source().png().toBuffer());
    const [first, second] = await Promise.all([store.thumbnail(image, 64), store.thumbnail(image, 50)]);
    expect(second).toBe(first);
    await rm(store.file(image));
    expect((await store.thumbnail(image, 64)).equals(first)).toBe(true);
  });

  it('answers OVERLOADED where more wait to be made than ingestQueue', async () => {
    const store = await ImageStore.open(await temporaryFolder(), { ingestQueue: 1 });
    const { image } = await store.ingest(await source().png().toBuffer());
    const results = await Promise.allSettled([16, 32, 64].map((size) => store.thumbnail(image, size)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'OVERLOADED', details: { limit: 'ingestQueue', retryAfterMs: expect.any(Number) as number } },
    });
  });

  it.each([15, 1025, NaN, -1])('answers BAD_USER_INPUT for a longest side of %d', async (size) => {
    const { store, image } = await ingest(await source().png().toBuffer());
    await expect(store.thumbnail(image, size)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
