import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { CompactModel } from '#src/inference/compactModel.js';
import { readRgb, type RgbImage } from '#src/images/rgb.js';
import { gridOf, type DecodeItem, type Embedding } from '#src/inference/model.js';
import type { Prompt } from '#src/inference/prompts.js';
import { decodeRle, type Rle } from '#src/masks/rle.js';
import { coverageGrid } from '#src/masks/resize.js';
import { iouOf, runsFromBitmap } from '#src/masks/runs.js';
import { click, fixtureImage, fixtureMeta, fixtureModel, fixtureTensor, maxDifference, sampled } from './support.js';

/**
 * Between the training framework and the graphs, whose weights are rounded to 16 bits: relative to the largest value.
 */
const PARITY = 5e-3;
/** Between two ways to compute the same in one framework: of logits of up to 60. */
const SAME = 2e-4;

let model: CompactModel;
let frame: number;
let image: RgbImage;
let embedding: Embedding;

beforeAll(async () => {
  const files = await fixtureModel();
  frame = files.frame;
  model = new CompactModel(files, 1);
  image = await fixtureImage();
  embedding = await model.encode(image);
});

function relativeDifference(a: Float32Array, b: Float32Array): number {
  return maxDifference(a, b) / b.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

/** The reference prompts as ours: the graph counts pixels from their centres, we from their edges. */
async function referenceItems(): Promise<DecodeItem[]> {
  const [points, labels, mask, hasMask] = (await Promise.all(
    ['points', 'labels', 'mask', 'has_mask'].map(fixtureTensor),
  )) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const perItem = labels.length / hasMask.length;
  const cells = mask.length / hasMask.length;
  return Array.from(hasMask, (given, item) => {
    const prompts: Prompt[] = [];
    for (let p = 0; p < perItem; p++) {
      const at = item * perItem + p;
      const [x, y, x2, y2] = Array.from(points.subarray(2 * at, 2 * at + 4), (value) => value + 0.5) as [
        number,
        number,
        number,
        number,
      ];
      if (labels[at] === 0) prompts.push(click(x, y, 'BACKGROUND'));
      if (labels[at] === 1) prompts.push(click(x, y));
      if (labels[at] === 2) prompts.push({ kind: 'box', x, y, width: x2 - x, height: y2 - y });
    }
    const previousLogits = given === 1 ? mask.slice(item * cells, (item + 1) * cells) : null;
    return { embedding, prompts, previousLogits };
  });
}

describe('CompactModel', () => {
  it.each(['embedding', 'fine', 'finest', 'directions'])('encodes as the training framework does: %s', async (name) => {
    const tensor = embedding.tensors[name];
    expect(tensor?.dims).toEqual((await fixtureMeta()).shapes[name]);
    const ours = await sampled(tensor?.data ?? new Float32Array());
    expect(relativeDifference(ours, await fixtureTensor(name))).toBeLessThan(PARITY);
  });

  it('decodes a batch of five kinds of prompts as the training framework does', async () => {
    const results = await model.decode(await referenceItems());
    expect(results.map(({ logits }) => logits.length)).toEqual([3, 1, 1, 1, 1]);
    const ours = await sampled(...results.flatMap(({ logits }) => logits));
    expect(relativeDifference(ours, await fixtureTensor('masks'))).toBeLessThan(PARITY);
    const predicted = Float32Array.from(results.flatMap(({ predictedIous }) => predictedIous));
    expect(maxDifference(predicted, await fixtureTensor('iou'))).toBeLessThan(PARITY);
  });

  it('decodes each item alone, without padding, as in a padded batch of different images', async () => {
    // The same picture upside down, so that neighbours are of different images.
    const other = await model.encode({ ...image, data: image.data.toReversed() });
    const items = (await referenceItems()).map((item, i) => (i % 2 ? { ...item, embedding: other } : item));
    const together = await model.decode(items);
    for (const [i, item] of items.entries()) {
      const [alone] = await model.decode([item]);
      together[i]?.logits.forEach((mask, m) =>
        expect(maxDifference(mask, alone?.logits[m] ?? new Float32Array())).toBeLessThan(SAME),
      );
    }
  });

  it('is not changed by a neighbour with many more prompts', async () => {
    const one: DecodeItem = { embedding, prompts: [click(100, 120)], previousLogits: null };
    const few: DecodeItem = { ...one, prompts: Array.from({ length: 7 }, (_, i) => click(10 * i, 200 - i)) };
    const many: DecodeItem = { ...one, prompts: Array.from({ length: 60 }, (_, i) => click(4 * i, frame - 1 - i)) };
    const [alone] = await model.decode([one]);
    const results = await model.decode([many, few, one]);
    alone?.logits.forEach((mask, m) =>
      expect(maxDifference(mask, results[2]?.logits[m] ?? new Float32Array())).toBeLessThan(SAME),
    );
    const [manyAlone] = await model.decode([many]);
    expect(
      maxDifference(manyAlone?.logits[0] ?? new Float32Array(), results[0]?.logits[0] ?? new Float32Array()),
    ).toBeLessThan(SAME);
  });

  it('clamps the logits to refine to 20, as in training', async () => {
    const logits = (value: number) => new Float32Array((frame / 2) ** 2).map((_, i) => (i % 2 ? value : -value));
    const refine = (value: number): DecodeItem => ({
      embedding,
      prompts: [click(9, 9)],
      previousLogits: logits(value),
    });
    const [far, limit, less] = await model.decode([refine(500), refine(20), refine(1)]);
    expect(far).toEqual(limit);
    expect(far).not.toEqual(less);
  });

  it('follows a mask that is given alone', async () => {
    const sample = fileURLToPath(new URL('../../samples/fruit-bowl', import.meta.url));
    const { annotations } = JSON.parse(await readFile(`${sample}.json`, 'utf8')) as {
      annotations: { segmentation: Rle; area: number }[];
    };
    const photo = await model.encode(await readRgb(`${sample}.jpg`, (original) => model.imageSize(original)));
    const masks = annotations.filter(({ area }) => area > 20_000).map(({ segmentation }) => segmentation);
    expect(masks.length).toBeGreaterThan(3);
    for (const rle of masks) {
      const [result] = await model.decode([
        { embedding: photo, prompts: [{ kind: 'mask', rle }], previousLogits: null },
      ]);
      const given = coverageGrid(decodeRle(rle), gridOf(photo, model.sizes));
      const answered = Uint8Array.from(result?.logits[0] ?? [], (logit) => Number(logit > 0));
      const wanted = Uint8Array.from(given, (covered) => Number(covered > 0.5));
      const side = model.sizes.maskGrid;
      expect(iouOf(runsFromBitmap(answered, side, side), runsFromBitmap(wanted, side, side))).toBeGreaterThan(0.7);
    }
  });

  it.each([
    ['a photo in landscape', { width: 640, height: 480 }, [1, 1]],
    ['one twice as high as wide', { width: 200, height: 400 }, [1, 1]],
    ['a panorama, stretched twice', { width: 4000, height: 1000 }, [1, 0.5]],
  ])('fills the frame with %s', (_, original, [width = 0, height = 0]) => {
    expect(model.imageSize(original)).toEqual({ width: width * frame, height: height * frame });
  });

  it('pads a photo right and below with the training colour', async () => {
    const size = { width: frame, height: 100, originalWidth: 2 * frame, originalHeight: 200 };
    const pad = [120, 115, 105];
    const photo = { data: new Uint8Array(3 * frame * 100).map((_, i) => pad[i % 3] ?? 0), ...size };
    const filled = {
      data: new Uint8Array(3 * frame * frame).map((_, i) => pad[i % 3] ?? 0),
      width: frame,
      height: frame,
      originalWidth: frame,
      originalHeight: frame,
    };
    const [padded, whole] = [await model.encode(photo), await model.encode(filled)];
    expect(padded.content).toEqual({ width: frame, height: 100 });
    expect(padded.original).toEqual({ width: 2 * frame, height: 200 });
    // A photo of that colour (rounded to bytes) cannot be told from its padding.
    expect(
      maxDifference(
        padded.tensors['embedding']?.data ?? new Float32Array(),
        whole.tensors['embedding']?.data ?? new Float32Array(),
      ),
    ).toBeLessThan(0.2);
  });
});
