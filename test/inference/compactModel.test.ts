import { beforeAll, describe, expect, it } from 'vitest';
import { CompactModel } from '#src/inference/compactModel.js';
import type { DecodeItem, Embedding } from '#src/inference/model.js';
import type { Prompt } from '#src/inference/prompts.js';
import { encodeRle } from '#src/masks/rle.js';
import { click, fixtureModel, fixtureShapes, fixtureTensor, maxDifference } from './support.js';

/** Between two frameworks' float32 arithmetic, on embeddings of up to 5 and on logits of up to 43. */
const EMBEDDING_PARITY = 1e-4;
const LOGITS_PARITY = 1e-3;
/** Between two ways to compute the same in one framework. */
const SAME = 1e-4;
const FRAME = 256;

let model: CompactModel;
let images: Embedding[];

/** Image `row` of the reference tensors, as RGB bytes. */
async function referenceImage(row: number) {
  const planes = (await fixtureTensor('image')).subarray(row * 3 * FRAME * FRAME, (row + 1) * 3 * FRAME * FRAME);
  const data = new Uint8Array(3 * FRAME * FRAME);
  for (let i = 0; i < data.length; i++) data[i] = planes[(i % 3) * FRAME * FRAME + Math.floor(i / 3)] ?? 0;
  return { data, width: FRAME, height: FRAME, originalWidth: FRAME, originalHeight: FRAME };
}

beforeAll(async () => {
  model = new CompactModel(await fixtureModel(), 1);
  images = [await model.encode(await referenceImage(0)), await model.encode(await referenceImage(1))];
});

function raise(): never {
  throw new Error('expected an image for every item.');
}

/** The reference prompts as ours: the graph counts pixels from their centres, we from their edges. */
async function referenceItems(): Promise<DecodeItem[]> {
  const [points, labels, mask, hasMask, rows] = (await Promise.all(
    ['points', 'labels', 'mask', 'has_mask', 'ix'].map(fixtureTensor),
  )) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
  const perItem = labels.length / rows.length;
  const cells = mask.length / rows.length;
  return Array.from(rows, (row, item) => {
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
    const previousLogits = hasMask[item] === 1 ? mask.slice(item * cells, (item + 1) * cells) : null;
    return { embedding: images[row] ?? raise(), prompts, previousLogits };
  });
}

describe('CompactModel', () => {
  it.each(['embed', 'skip4', 'skip2'])('encodes as the training framework does: %s', async (name) => {
    const expected = await fixtureTensor(name);
    const shape = (await fixtureShapes())[name] ?? [];
    const half = expected.length / 2;
    images.forEach(({ tensors }, row) => {
      const tensor = tensors[name];
      expect(tensor?.dims).toEqual([1, ...shape.slice(1)]);
      expect(
        maxDifference(tensor?.data ?? new Float32Array(), expected.subarray(row * half, (row + 1) * half)),
      ).toBeLessThan(EMBEDDING_PARITY);
    });
  });

  it('decodes a batch of two images and five kinds of prompts as the training framework does', async () => {
    const results = await model.decode(await referenceItems());
    const masks = await fixtureTensor('masks');
    const iou = await fixtureTensor('iou');
    const logits = results.flatMap((result) => result.logits);
    const cells = masks.length / logits.length;
    logits.forEach((mask, i) =>
      expect(maxDifference(mask, masks.subarray(i * cells, (i + 1) * cells))).toBeLessThan(LOGITS_PARITY),
    );
    const predicted = Float32Array.from(results.flatMap(({ predictedIous }) => predictedIous));
    expect(maxDifference(predicted, iou)).toBeLessThan(LOGITS_PARITY);
  });

  it('decodes each item alone, without padding, as in a padded batch of different images', async () => {
    const items = await referenceItems();
    const together = await model.decode(items);
    for (const [i, item] of items.entries()) {
      const [alone] = await model.decode([item]);
      together[i]?.logits.forEach((mask, m) =>
        expect(maxDifference(mask, alone?.logits[m] ?? new Float32Array())).toBeLessThan(SAME),
      );
    }
  });

  it('is not changed by a neighbour with many more prompts', async () => {
    const [embedding] = images as [Embedding];
    const one: DecodeItem = { embedding, prompts: [click(100, 120)], previousLogits: null };
    const few: DecodeItem = { ...one, prompts: Array.from({ length: 7 }, (_, i) => click(10 * i, 200 - i)) };
    const many: DecodeItem = { ...one, prompts: Array.from({ length: 60 }, (_, i) => click(4 * i, 255 - i)) };
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
    const [embedding] = images as [Embedding];
    const logits = (value: number) => new Float32Array(128 * 128).map((_, i) => (i % 2 ? value : -value));
    const refine = (value: number): DecodeItem => ({
      embedding,
      prompts: [click(9, 9)],
      previousLogits: logits(value),
    });
    const [far, limit, less] = await model.decode([refine(500), refine(20), refine(1)]);
    expect(far).toEqual(limit);
    expect(far).not.toEqual(less);
  });

  it('takes the box of a mask prompt, with the clicks on the object, beside it', async () => {
    const [embedding] = images as [Embedding];
    // Columns 100 to 149, whole.
    const lengths = Uint32Array.of(FRAME * 100, FRAME * 50, FRAME * 106);
    const mask: Prompt = { kind: 'mask', rle: encodeRle({ width: FRAME, height: FRAME, lengths }) };
    const item = (...prompts: Prompt[]): DecodeItem => ({ embedding, prompts, previousLogits: null });
    const box = (x: number, width: number): Prompt => ({ kind: 'box', x, y: 0, width, height: FRAME });
    const around = click(200, 50, 'BACKGROUND');
    const pairs = [
      [item(mask), item(mask, box(100, 50))],
      [item(mask, click(90, 9), around), item(mask, click(90, 9), around, box(90, 60))],
    ] as const;
    for (const [without, withBox] of pairs) {
      const [derived, given] = await model.decode([without, withBox]);
      expect(derived).toEqual(given);
    }
    const empty: Prompt = {
      kind: 'mask',
      rle: encodeRle({ width: FRAME, height: FRAME, lengths: Uint32Array.of(FRAME ** 2) }),
    };
    expect(await model.decode([item(empty)])).toHaveLength(1);
  });

  it('pads a photo right and below with the training colour', async () => {
    const size = { width: 256, height: 100, originalWidth: 512, originalHeight: 200 };
    const pad = [120, 115, 105];
    const photo = { data: new Uint8Array(3 * 256 * 100).map((_, i) => pad[i % 3] ?? 0), ...size };
    const filled = {
      data: new Uint8Array(3 * 256 * 256).map((_, i) => pad[i % 3] ?? 0),
      width: 256,
      height: 256,
      originalWidth: 256,
      originalHeight: 256,
    };
    const [padded, whole] = [await model.encode(photo), await model.encode(filled)];
    expect(padded.content).toEqual({ width: 256, height: 100 });
    expect(padded.original).toEqual({ width: 512, height: 200 });
    // A photo of that colour (rounded to bytes) cannot be told from its padding.
    expect(
      maxDifference(
        padded.tensors['embed']?.data ?? new Float32Array(),
        whole.tensors['embed']?.data ?? new Float32Array(),
      ),
    ).toBeLessThan(0.2);
  });
});
