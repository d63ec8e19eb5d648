import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readDataSet } from '#src/evaluate/dataSet.js';
import { evaluateDataSet } from '#src/evaluate/evaluate.js';
import type { ObjectResult } from '#src/evaluate/result.js';
import { iouAfter } from '#src/evaluate/summary.js';
import type { SegmentationModel, Size } from '#src/inference/model.js';
import { encodeRle } from '#src/masks/rle.js';
import { defaultModel, sampleFolder, samples, temporaryFolder, withoutTimes, writeImage } from './support.js';

let model: SegmentationModel;
/** Of some objects of every sample. */
let whole: readonly ObjectResult[];
beforeAll(async () => {
  model = await defaultModel();
  whole = await evaluate(samples, 8);
});

async function evaluate(folder: string, limit?: number, batchSize = 16): Promise<ObjectResult[]> {
  const data = await readDataSet(folder, limit);
  return evaluateDataSet(model, data, { batchSize, state: null, known: [], onProgress: () => undefined });
}

describe('evaluateDataSet', () => {
  it('encodes photos at the size that the model asks for, as the server does', async () => {
    const folder = await temporaryFolder();
    await writeImage(folder, 'wide', [[20, 10, 20, 20]]);
    const sizes: Size[] = [];
    const watched: SegmentationModel = {
      sizes: model.sizes,
      open: (part) => model.open(part),
      release: () => model.release(),
      imageSize: (original) => model.imageSize(original),
      decode: (items) => model.decode(items),
      encode(image) {
        sizes.push({ width: image.width, height: image.height });
        return model.encode(image);
      },
    };
    const data = await readDataSet(folder);
    await evaluateDataSet(watched, data, { batchSize: 1, state: null, known: [], onProgress: () => undefined });
    expect(sizes).toEqual([model.imageSize({ width: 64, height: 48 })]);
  });

  it('gives the same results for every size of the batches', async () => {
    const desk = await sampleFolder('desk');
    // Seven objects: the last batch of three has but one.
    const [one, three, sixteen] = [
      await evaluate(desk, 7, 1),
      await evaluate(desk, 7, 3),
      await evaluate(desk, 7, 16),
    ].map((results) => results.map(withoutTimes));
    expect(one).toHaveLength(7);
    expect(three).toEqual(one);
    expect(sixteen).toEqual(one);
  });

  it('gives the same results where some of them were known', async () => {
    const data = await readDataSet(samples, 8);
    const options = { batchSize: 16, state: null, onProgress: () => undefined };
    // One object of each image, and all of the last.
    const known = whole.filter(({ image }, i) => i % 2 === 1 || image === whole.at(-1)?.image).reverse();
    const counts: number[] = [];
    const rest = await evaluateDataSet(model, data, { ...options, known, onProgress: (done) => counts.push(done) });
    expect(rest.map(withoutTimes)).toEqual(whole.map(withoutTimes));
    expect(counts).toHaveLength(4);
    expect(counts.at(-1)).toBe(8);
  });

  it('finds masks, and better ones with more clicks', () => {
    const after = (clicks: number) => whole.reduce((sum, result) => sum + iouAfter(result, clicks), 0) / whole.length;
    expect(after(1)).toBeGreaterThan(0.2);
    expect(after(5)).toBeGreaterThan(after(1) + 0.1);
    for (const { candidates, clicks, box, share } of whole) {
      expect(candidates).toHaveLength(3);
      expect(clicks[0]).toMatchObject({ label: 'FOREGROUND', ...candidates[0] });
      expect(clicks.length).toBeGreaterThanOrEqual(10);
      expect(box.iou).toBeGreaterThan(0);
      expect(share).toBeGreaterThan(0);
    }
  });

  it.each([
    ['empty', [0, 0, 0, 0], /annotation 1: expected a mask of at least one pixel/],
    ['malformed', null, /annotation 1: Not a COCO compressed RLE/],
    ['not of the photo’s size', undefined, /annotation 1: expected a mask of 48 x 64, the photo's size, but got 2 x 3/],
  ] as const)('says which mask is %s', async (_, rectangle, message) => {
    const folder = await temporaryFolder();
    const good = [4, 4, 8, 8] as const;
    await writeImage(folder, 'a', rectangle ? [good, rectangle] : [good, good]);
    if (!rectangle) {
      const bad = rectangle === null ? { size: [48, 64], counts: '~~' } : { size: [2, 3], counts: '6' };
      const annotations = [goodSegmentation(), bad].map((segmentation) => ({ segmentation }));
      await writeFile(join(folder, 'a.json'), JSON.stringify({ image: {}, annotations }));
    }
    await expect(evaluate(folder)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message });
  });

  it('names the photo that cannot be read', async () => {
    const folder = await sampleFolder('desk');
    await writeFile(join(folder, 'desk.jpg'), 'no photo');
    await expect(evaluate(folder)).rejects.toMatchObject({ code: 'IMAGE_REJECTED', message: /desk\.jpg: / });
  });

  it('takes a photo as the server does: turned upright', async () => {
    const folder = await temporaryFolder();
    await writeImage(folder, 'a', [[4, 4, 8, 8]]);
    // Stored lying, with the note to turn it: 48 wide and 64 high as bytes, 64 by 48 as seen.
    const lying = await sharp(join(folder, 'a.png')).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer();
    await rm(join(folder, 'a.png'));
    await writeFile(join(folder, 'a.jpg'), lying);
    expect(await evaluate(folder)).toHaveLength(1);
  });
});

function goodSegmentation() {
  return encodeRle({ height: 48, width: 64, lengths: Uint32Array.of(100, 10, 48 * 64 - 110) });
}
