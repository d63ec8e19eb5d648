import { readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ImageStore } from '#src/images/ingest.js';
import { decodeRle } from '#src/masks/rle.js';
import { temporaryFolder } from './corpus.js';

const folder = fileURLToPath(new URL('../../samples/', import.meta.url));
const names = readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));

const sample = z.strictObject({
  image: z.strictObject({ file: z.string(), width: z.int(), height: z.int() }),
  annotations: z.array(
    z.strictObject({
      label: z.string().min(1),
      segmentation: z.strictObject({ size: z.tuple([z.int(), z.int()]), counts: z.string() }),
      area: z.int(),
      bbox: z.tuple([z.int(), z.int(), z.int(), z.int()]),
      point_coords: z.array(z.tuple([z.number(), z.number()])).length(1),
    }),
  ),
});

/** One byte a pixel, row by row. */
function bitmap({ height, width, lengths }: ReturnType<typeof decodeRle>): Uint8Array {
  const pixels = new Uint8Array(height * width);
  let place = 0;
  lengths.forEach((length, run) => {
    if (run % 2 === 1) {
      for (let i = place; i < place + length; i++) pixels[(i % height) * width + Math.floor(i / height)] = 1;
    }
    place += length;
  });
  return pixels;
}

async function read(name: string) {
  return sample.parse(JSON.parse(await readFile(`${folder}${name}.json`, 'utf8')));
}

it('there are four samples', () => {
  expect(names).toEqual(['aquarium', 'desk', 'fruit-bowl', 'street']);
});

describe.each(names)('%s', (name) => {
  it('is a picture of the size that is declared, small, and taken as it is', async () => {
    const { image } = await read(name);
    const path = `${folder}${image.file}`;
    expect(await sharp(path).metadata()).toMatchObject({ format: 'jpeg', width: image.width, height: image.height });
    expect((await stat(path)).size).toBeLessThan(300_000);
    const bytes = await readFile(path);
    const store = await ImageStore.open(await temporaryFolder());
    const stored = await store.ingest(bytes);
    expect((await readFile(store.file(stored.image))).equals(bytes)).toBe(true);
  });

  it('has masks that fit the picture and one another', async () => {
    const { image, annotations } = await read(name);
    expect(annotations.length).toBeGreaterThanOrEqual(15);
    const taken = new Uint8Array(image.width * image.height);
    for (const { label, segmentation, area, bbox, point_coords } of annotations) {
      expect(segmentation.size).toEqual([image.height, image.width]);
      const mask = bitmap(decodeRle(segmentation));
      const inside: number[] = [];
      for (let i = mask.indexOf(1); i !== -1; i = mask.indexOf(1, i + 1)) inside.push(i);
      expect(inside.length, label).toBe(area);
      const xs = inside.map((i) => i % image.width);
      const left = xs.reduce((a, b) => Math.min(a, b));
      const right = xs.reduce((a, b) => Math.max(a, b));
      const top = Math.floor((inside[0] ?? NaN) / image.width);
      const bottom = Math.floor((inside.at(-1) ?? NaN) / image.width);
      expect(bbox, label).toEqual([left, top, right - left + 1, bottom - top + 1]);
      const [[x, y] = [NaN, NaN]] = point_coords;
      expect(mask[Math.floor(y) * image.width + Math.floor(x)], label).toBe(1);
      expect(
        inside.some((i) => taken[i] === 1),
        `${label} overlaps another`,
      ).toBe(false);
      for (const i of inside) taken[i] = 1;
    }
  });
});
