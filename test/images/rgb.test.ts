import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fitLongestSide, readRgb } from '#src/images/rgb.js';
import { HEIGHT, noise, source, temporaryFolder, WIDTH } from './corpus.js';

/** A picture with fine texture, hard edges and soft slopes. */
function scene(width: number, height: number): Buffer {
  const grain = noise(width * height * 3);
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const disc = Math.hypot(x - width * 0.4, y - height * 0.5) < height * 0.3 ? 90 : 0;
      const stripes = Math.floor(x / 5) % 2 === 0 ? 40 : 0;
      const at = (y * width + x) * 3;
      for (const channel of [0, 1, 2]) {
        const slope = channel === 0 ? (x / width) * 60 : (y / height) * 60;
        data[at + channel] = Math.round(disc + stripes + slope + ((grain[at + channel] ?? 0) / 255) * 60);
      }
    }
  }
  return data;
}

/** For each output place, the input places and weights of an antialiased triangle filter, as PIL's BILINEAR has them. */
function triangle(from: number, to: number) {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - reach));
    const last = Math.min(from, Math.ceil(centre + reach));
    const weights = Array.from({ length: last - first }, (_, j) =>
      Math.max(0, 1 - Math.abs((first + j + 0.5 - centre) / reach)),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

function resizeReference(data: Buffer, width: number, height: number, toWidth: number, toHeight: number): number[] {
  const rows: number[] = [];
  for (let y = 0; y < height; y++) {
    for (const { first, weights } of triangle(width, toWidth)) {
      for (const c of [0, 1, 2]) {
        rows.push(weights.reduce((sum, w, j) => sum + w * (data[(y * width + first + j) * 3 + c] ?? NaN), 0));
      }
    }
  }
  const result: number[] = [];
  for (const { first, weights } of triangle(height, toHeight)) {
    for (let i = 0; i < toWidth * 3; i++) {
      result.push(weights.reduce((sum, w, j) => sum + w * (rows[(first + j) * toWidth * 3 + i] ?? NaN), 0));
    }
  }
  return result;
}

describe('readRgb', () => {
  it.each([
    ['half and more', 400, 300, 256, 192],
    ['less than half', 900, 601, 256, 171],
    ['a sixth', 1600, 1200, 256, 192],
    ['enlarged', 100, 80, 256, 205],
    ['the same size', 256, 200, 256, 200],
  ])('is near an antialiased triangle filter: %s', async (_name, width, height, toWidth, toHeight) => {
    const data = scene(width, height);
    const encoders = {
      PNG: source(data, width, height).png(),
      JPEG: source(data, width, height).jpeg({ quality: 98, chromaSubsampling: '4:4:4' }),
    };
    for (const [format, encoder] of Object.entries(encoders)) {
      const path = join(await temporaryFolder(), 'image');
      await encoder.toFile(path);
      const image = await readRgb(path, (original) => fitLongestSide(original, 256));
      expect(image).toMatchObject({ width: toWidth, height: toHeight, originalWidth: width, originalHeight: height });
      expect(image.data).toHaveLength(toWidth * toHeight * 3);
      const reference = resizeReference(data, width, height, toWidth, toHeight);
      const difference = reference.reduce((sum, value, i) => sum + Math.abs(value - (image.data[i] ?? NaN)), 0);
      expect(difference / reference.length, format).toBeLessThan(2);
    }
  });

  it.each([
    [1, 1, 64, 64],
    [30_000, 1, 64, 1],
    [1, 30_000, 1, 64],
    [101, 2, 64, 1],
  ])('gives %i x %i pixels sides of at least one', async (width, height, toWidth, toHeight) => {
    const path = join(await temporaryFolder(), 'image');
    await source(noise(width * height * 3), width, height)
      .png()
      .toFile(path);
    expect(await readRgb(path, (original) => fitLongestSide(original, 64))).toMatchObject({
      width: toWidth,
      height: toHeight,
    });
  });

  it('throws for a file that is gone or damaged', async () => {
    const folder = await temporaryFolder();
    await expect(readRgb(join(folder, 'none'), (original) => fitLongestSide(original, 64))).rejects.toThrow();
    const path = join(folder, 'image');
    await writeFile(
      path,
      (
        await source(noise(WIDTH * HEIGHT * 3))
          .jpeg()
          .toBuffer()
      ).subarray(0, 2000),
    );
    await expect(readRgb(path, (original) => fitLongestSide(original, 64))).rejects.toThrow();
  });
});
