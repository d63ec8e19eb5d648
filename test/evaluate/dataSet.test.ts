import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDataSet } from '#src/evaluate/dataSet.js';
import { EVALUATION_LIMITS } from '#src/evaluate/limits.js';
import { samples, temporaryFolder, writeImage } from './support.js';

const SQUARE = [4, 4, 8, 8] as const;

describe('readDataSet', () => {
  it('finds the photo, the objects and the source of every image, in the order of the names', async () => {
    const folder = await temporaryFolder();
    await writeImage(folder, 'b_2', [SQUARE]);
    await writeImage(folder, 'a_1', [SQUARE, SQUARE], { source: 'camera' });
    const { images, objectCount } = await readDataSet(folder);
    expect(images.map(({ name, source, objects }) => [name, source, objects])).toEqual([
      ['a_1.png', 'camera', [0, 1]],
      ['b_2.png', 'b', [0]],
    ]);
    expect(objectCount).toBe(3);
  });

  it('takes the folder’s name for the source of images that say nothing', async () => {
    const { images } = await readDataSet(samples);
    expect(new Set(images.map(({ source }) => source))).toEqual(new Set(['samples']));
  });

  it('takes the same objects for the same limit, spread over the images', async () => {
    const all = await readDataSet(samples);
    const few = await readDataSet(samples, 8);
    expect(few).toEqual(await readDataSet(samples, 8));
    expect(few.objectCount).toBe(8);
    expect(few.images.map(({ name }) => name)).toEqual(all.images.map(({ name }) => name));
    expect(few.images.flatMap(({ objects }) => objects)).toHaveLength(8);
    expect(await readDataSet(samples, 1_000_000)).toEqual(all);
  });

  it('changes its fingerprint with an annotation, and not with the limit', async () => {
    const folder = await temporaryFolder();
    await writeImage(folder, 'a', [SQUARE]);
    const before = await readDataSet(folder);
    expect((await readDataSet(folder, 1)).fingerprint).toBe(before.fingerprint);
    await writeImage(folder, 'a', [[4, 4, 8, 9]]);
    expect((await readDataSet(folder)).fingerprint).not.toBe(before.fingerprint);
  });

  it.each([
    ['{"image":', /expected JSON in .*a\.json/],
    ['[]', /expected \{ image, annotations.*a\.json/],
    ['{"image":{},"annotations":[{"segmentation":{"size":[48,64],"counts":[3,4]}}]}', /counts/],
    ['{"image":{},"annotations":[]}', /no object/],
  ])('says what is wrong with %s', async (text, message) => {
    const folder = await temporaryFolder();
    await writeImage(folder, 'a', [SQUARE]);
    await writeFile(join(folder, 'a.json'), text);
    await expect(readDataSet(folder)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message });
  });

  it('says which photo is missing, and where there is nothing at all', async () => {
    const folder = await temporaryFolder();
    await expect(readDataSet(folder)).rejects.toThrow(/no object/);
    await writeImage(folder, 'a', [SQUARE]);
    await rm(join(folder, 'a.png'));
    await expect(readDataSet(folder)).rejects.toThrow(/expected a photo beside .*a\.json: a\.jpg, a\.jpeg, a\.png/);
  });

  it('refuses a file beyond maxAnnotationFileBytes', async () => {
    const folder = await temporaryFolder();
    await writeImage(folder, 'a', [SQUARE]);
    const file = await open(join(folder, 'a.json'), 'r+');
    await file.truncate(EVALUATION_LIMITS.maxAnnotationFileBytes + 1);
    await file.close();
    await expect(readDataSet(folder)).rejects.toMatchObject({
      code: 'TOO_LARGE',
      details: { limit: 'maxAnnotationFileBytes' },
    });
  });

  it('refuses more objects of an image than maxObjectsPerImage', async () => {
    const folder = await temporaryFolder();
    await writeImage(folder, 'a', [SQUARE]);
    const path = join(folder, 'a.json');
    const { annotations } = JSON.parse(await readFile(path, 'utf8')) as { annotations: unknown[] };
    const many = Array.from({ length: EVALUATION_LIMITS.maxObjectsPerImage + 1 }, () => annotations[0]);
    await writeFile(path, JSON.stringify({ image: {}, annotations: many }));
    await expect(readDataSet(folder)).rejects.toMatchObject({
      code: 'TOO_LARGE',
      details: { limit: 'maxObjectsPerImage' },
    });
  });
});
