import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ExportedModel } from '#src/inference/adapters/exportedModel.js';
import { rankMasks, toCandidate } from '#src/inference/candidates.js';
import type { DecodeItem, Embedding } from '#src/inference/model.js';
import { readPorts } from '#src/inference/onnx.js';
import type { Prompt } from '#src/inference/prompts.js';
import { encodeRle } from '#src/masks/rle.js';
import { recognise, type Recognised } from '#src/models/adapters/recognise.js';
import {
  FRAME,
  GRID,
  MASK_GRID,
  maskNumber,
  recordOf,
  writeExport,
  type decoders,
  type encoders,
} from '../../models/adapters/exports.js';
import { click } from '../support.js';

/** Twice as wide as high: in a frame of 64, it fills 64 x 32. */
const ORIGINAL = { width: 200, height: 100 };
const COLOR = [255, 102, 51] as const;
const BOX: Prompt = { kind: 'box', x: 50, y: 25, width: 100, height: 50 };

interface Opened {
  readonly model: ExportedModel;
  readonly found: Recognised;
  readonly embedding: Embedding;
  readonly decode: (prompts: readonly Prompt[], previousLogits?: Float32Array) => Promise<Float32Array>;
  readonly item: (prompts: readonly Prompt[], previousLogits?: Float32Array) => DecodeItem;
}

/** Writes graphs, recognises them, and encodes a picture of one colour. */
async function opened(
  encoder: Parameters<typeof writeExport>[1] & keyof typeof encoders,
  decoder: Parameters<typeof writeExport>[2] & keyof typeof decoders,
  original = ORIGINAL,
): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'maskwire-export-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const paths = await writeExport(folder, encoder, decoder);
  const { contract, encoderInput, ...found } = recognise(
    await readPorts(paths.encoderPath),
    await readPorts(paths.decoderPath),
  );
  const model = new ExportedModel(
    {
      ...paths,
      ...{ id: decoder, name: decoder, license: 'MIT', family: 'exported', fingerprint: '', bytes: 0 },
      ...{ frame: found.frame, maskGrid: found.maskGrid, promptKinds: [...found.promptKinds], maskDecoderPath: null },
      exported: { contract, encoderInput },
    },
    1,
  );
  onTestFinished(() => model.release());
  const { width, height } = model.imageSize(original);
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => COLOR[i % 3] ?? 0);
  const embedding = await model.encode({
    ...{ data, width, height },
    ...{ originalWidth: original.width, originalHeight: original.height },
  });
  const item = (prompts: readonly Prompt[], previousLogits: Float32Array | null = null) => ({
    ...{ embedding, prompts, previousLogits },
  });
  return {
    ...{ model, embedding, item },
    found: { contract, encoderInput, ...found },
    decode: async (prompts, previousLogits) => {
      const [masks] = await model.decode([item(prompts, previousLogits)]);
      return masks?.logits[0] ?? new Float32Array();
    },
  };
}

/** Where a place on the original is in the frame, 0 at the centre of its first pixel. */
function inFrame(x: number, y: number, { content, original }: Embedding): number[] {
  return [(x * content.width) / original.width - 0.5, (y * content.height) / original.height - 0.5];
}

describe('the official export of SAM', () => {
  const has = { mask: true, size: true };

  it('gets one closing point with clicks, and none with a box', async () => {
    const { decode, embedding } = await opened('normalised', 'sam');
    const one = recordOf(await decode([click(50, 25)]), has);
    expect(one.labels).toEqual([1, -1]);
    expect(one.points).toEqual([...inFrame(50, 25, embedding), 0, 0]);
    const three = recordOf(await decode([click(50, 25), click(60, 30), click(10, 10, 'BACKGROUND')]), has);
    expect(three.labels).toEqual([1, 1, 0, -1]);
    const box = recordOf(await decode([BOX]), has);
    expect(box.labels).toEqual([2, 3]);
    expect(box.points).toEqual([...inFrame(50, 25, embedding), ...inFrame(150, 75, embedding)]);
    expect(recordOf(await decode([BOX, click(100, 50)]), has).labels).toEqual([1, 2, 3]);
  });

  it('gets has_mask_input 0 with zeros, or 1 with the logits to refine or those of a mask prompt', async () => {
    const { decode } = await opened('normalised', 'sam');
    expect(recordOf(await decode([click(50, 25)]), has)).toMatchObject({ hasMask: 0, mask: [0, 0, 0, 0] });
    const logits = Float32Array.from({ length: MASK_GRID ** 2 }, (_, i) => i + 1);
    expect(recordOf(await decode([click(50, 25)], logits), has)).toMatchObject({ hasMask: 1, mask: [1, 2, 3, 4] });
    const rle = encodeRle({ ...ORIGINAL, lengths: Uint32Array.of(0, ORIGINAL.width * ORIGINAL.height) });
    const alone = recordOf(await decode([{ kind: 'mask', rle }]), has);
    expect(alone).toMatchObject({ labels: [-1], hasMask: 1 });
    expect(alone.mask?.every((logit) => logit > 0)).toBe(true);
  });

  it('is told the size of its low-resolution masks, however large the photo is', async () => {
    const { decode } = await opened('normalised', 'sam', { width: 20_000, height: 10_000 });
    expect(recordOf(await decode([click(50, 25)]), has).size).toEqual([MASK_GRID, MASK_GRID]);
  });

  it('answers the masks of an ambiguous click by score, and else the first', async () => {
    const { model, item } = await opened('normalised', 'sam');
    const numbers = async (...prompts: Prompt[]) => {
      const [masks] = await model.decode([item(prompts)]);
      if (masks === undefined) throw new Error('expected masks.');
      return rankMasks(masks).map(({ logits }) => maskNumber(logits));
    };
    expect(await numbers(click(50, 25))).toEqual([2, 3, 1]);
    expect(await numbers(click(50, 25), click(60, 25))).toEqual([0]);
    expect(await numbers(BOX)).toEqual([0]);
  });

  it('is run where it chooses by itself and answers one mask', async () => {
    const { model, item } = await opened('normalised', 'sam-single');
    const [masks] = await model.decode([item([click(50, 25)])]);
    expect(masks?.logits).toHaveLength(1);
    expect(masks?.predictedIous).toEqual([expect.closeTo(0.6)]);
  });

  it('enlarges a mask through the frame to the photo', async () => {
    const { model, embedding } = await opened('normalised', 'sam');
    const half = Float32Array.from({ length: MASK_GRID ** 2 }, (_, i) => (i % MASK_GRID < MASK_GRID / 2 ? 4 : -4));
    const { boundingBox } = toCandidate({ logits: half, predictedIou: 1 }, embedding, model.sizes);
    expect(boundingBox).toEqual({ x: 0, y: 0, width: 100, height: 100 });
  });

  it('gets the four intermediate embeddings of SAM-HQ as one', async () => {
    const { decode, embedding } = await opened('hq', 'sam-hq');
    expect(embedding.tensors['interm_embeddings']?.dims).toEqual([4, 1, GRID, GRID, 2]);
    expect(recordOf(await decode([click(50, 25)]), has).embeddings[1]).toBeCloseTo(2.5);
  });
});

describe('encoders', () => {
  const imagenet = [(1 - 0.485) / 0.229, (0.4 - 0.456) / 0.224, (0.2 - 0.406) / 0.225];
  const cells = ({ tensors }: Embedding, name = 'image_embeddings') =>
    [0, 1, 2].map((channel) =>
      Array.from(tensors[name]?.data.subarray(channel * GRID ** 2, (channel + 1) * GRID ** 2) ?? []),
    );

  it('get a normalised photo with zeros below and beside it', async () => {
    const { embedding } = await opened('normalised', 'sam');
    expect(embedding.content).toEqual({ width: FRAME, height: FRAME / 2 });
    cells(embedding).forEach((channel, i) => {
      channel.slice(0, 8).forEach((value) => expect(value).toBeCloseTo(imagenet[i] ?? NaN, 4));
      expect(channel.slice(8)).toEqual(new Array(8).fill(0));
    });
  });

  it.each(['preprocess', 'bytes', 'planarBytes'] as const)('get raw pixels without padding: %s', async (encoder) => {
    const { embedding, found } = await opened(encoder, 'sam');
    expect(found.encoderInput).toMatchObject({ pixels: '0..255', size: null });
    expect(embedding.content).toEqual({ width: FRAME, height: FRAME / 2 });
    cells(embedding).forEach((channel, i) => channel.forEach((value) => expect(value).toBeCloseTo(COLOR[i] ?? NaN, 3)));
  });

  it('get just the size with which they were traced, and points follow', async () => {
    const { decode, embedding } = await opened('traced', 'sam', { width: 100, height: 200 });
    expect(embedding.content).toEqual({ width: 64, height: 48 });
    expect((await opened('tracedSquare', 'sam')).embedding.content).toEqual({ width: FRAME, height: FRAME });
    const { points } = recordOf(await decode([BOX]), { mask: true, size: true });
    expect(points).toEqual([50 * 0.64 - 0.5, 25 * 0.24 - 0.5, 150 * 0.64 - 0.5, 75 * 0.24 - 0.5].map(Math.fround));
  });

  it('of half the frame leave points in the frame', async () => {
    const { decode, embedding, model } = await opened('half', 'efficient-vit-sam');
    expect(model.imageSize(ORIGINAL)).toEqual({ width: FRAME / 2, height: FRAME / 4 });
    expect(embedding.content).toEqual({ width: FRAME, height: FRAME / 2 });
    const { points, labels } = recordOf(await decode([click(200, 100)]));
    expect(labels).toEqual([1, -1]);
    expect(points).toEqual([63.5, 31.5, 0, 0]);
  });

  it('of SAM 2 get a stretched photo', async () => {
    const { embedding } = await opened('sam2', 'sam2');
    expect(embedding.content).toEqual({ width: FRAME, height: FRAME });
    cells(embedding, 'image_embed').forEach((channel, i) =>
      channel.forEach((value) => expect(value).toBeCloseTo(imagenet[i] ?? NaN, 4)),
    );
  });

  it('of EfficientSAM get values from 0 to 1, those of SAM 3 from -1 to 1', async () => {
    const { embedding } = await opened('efficient-sam', 'efficient-sam');
    cells(embedding).forEach((channel, i) => expect(channel[0]).toBeCloseTo((COLOR[i] ?? NaN) / 255, 4));
    const sam3 = await opened('hf-sam3-tracker', 'hf-sam2');
    expect(sam3.found).toMatchObject({ contract: 'hf-sam3-tracker', frame: 14 * GRID, maskGrid: 4 * GRID });
    cells(sam3.embedding, 'image_embeddings.2').forEach((channel, i) =>
      expect(channel[0]).toBeCloseTo((2 * (COLOR[i] ?? NaN)) / 255 - 1, 4),
    );
  });
});

describe('other exports', () => {
  const bestFirst = async ({ model, item }: Opened) => {
    const [masks] = await model.decode([item([click(50, 25), click(60, 25)])]);
    return maskNumber(masks?.logits[0] ?? new Float32Array());
  };

  it('NanoSAM, EdgeSAM: no closing point', async () => {
    const nano = await opened('normalised', 'nano-sam');
    expect(recordOf(await nano.decode([click(50, 25)]), { mask: true }).labels).toEqual([1]);
    expect(await bestFirst(nano)).toBe(0);
    const edge = await opened('normalised', 'edge-sam');
    expect(edge.found.promptKinds).toEqual(['POINT', 'BOX']);
    expect(recordOf(await edge.decode([click(50, 25)])).labels).toEqual([1]);
    expect(await bestFirst(edge)).toBe(2);
  });

  it('EfficientViT-SAM: the best of all masks where there is no doubt, the last three where there is', async () => {
    const { model, item } = await opened('half', 'efficient-vit-sam');
    const [clear, ambiguous] = await model.decode([item([click(50, 25), click(60, 25)]), item([click(50, 25)])]);
    expect(clear?.logits.map(maskNumber)).toEqual([2]);
    expect(ambiguous?.logits.map(maskNumber)).toEqual([1, 2, 3]);
  });

  it('EfficientSAM: points in pixels of the size that it is told, and masks of that size', async () => {
    const { decode } = await opened('efficient-sam', 'efficient-sam');
    const { labels, points, size } = recordOf(await decode([click(100, 50), BOX]), { size: true });
    expect(size).toEqual([MASK_GRID, MASK_GRID]);
    expect(labels).toEqual([1, 2, 3]);
    // The graph multiplies by frame / size and adds half a pixel of the frame.
    const inGraph = points.map((coordinate) => (coordinate * FRAME) / MASK_GRID + 0.5);
    expect(inGraph).toEqual([32, 32, 16, 16, 48, 48]);
  });

  it('EfficientSAM: refuses what its graph would drop or misread, and runs what it takes', async () => {
    const { decode, item, model } = await opened('efficient-sam', 'efficient-sam');
    const clicks = (count: number) => Array.from({ length: count }, (_, i) => click(i, i));
    expect(recordOf(await decode(clicks(6)), { size: true }).labels).toHaveLength(6);
    const seven = {
      code: 'UNSUPPORTED_PROMPT',
      message: expect.stringMatching(/at most 6 points.*here are 7/) as string,
    };
    await expect(decode(clicks(7))).rejects.toMatchObject(seven);
    await expect(decode([...clicks(5), BOX])).rejects.toMatchObject(seven);
    await expect(model.decode([item([click(1, 1, 'BACKGROUND')])])).rejects.toMatchObject({
      code: 'UNSUPPORTED_PROMPT',
      message: expect.stringMatching(/clicks on the object alone/) as string,
    });
  });

  it('SAM 2 of samexporter: no closing point, coordinates per axis, a mask of shape [1, 1, G, G]', async () => {
    const { decode, model, embedding } = await opened('sam2', 'sam2');
    const previous = new Float32Array(MASK_GRID ** 2).fill(3);
    const box = recordOf(await decode([BOX], previous), { mask: true });
    expect(box).toMatchObject({ labels: [2, 3], hasMask: 1, mask: [3, 3, 3, 3] });
    expect(box.points).toEqual([15.5, 15.5, 47.5, 47.5]);
    expect(model.sizes.upscaling).toBe('direct');
    expect(recordOf(await decode([click(1, 1)]), { mask: true }).labels).toEqual([1]);
    const rows = Float32Array.from({ length: MASK_GRID ** 2 }, (_, i) => (i < MASK_GRID ** 2 / 2 ? 4 : -4));
    expect(toCandidate({ logits: rows, predictedIou: 1 }, embedding, model.sizes).boundingBox).toEqual({
      ...{ x: 0, y: 0, width: 200, height: 50 },
    });
  });

  it('SAM 2 of RectLabel: an int64 size, the first mask for prompts without doubt', async () => {
    const sam2 = await opened('sam2-original-size', 'sam2-original-size');
    expect(recordOf(await sam2.decode([BOX]), { mask: true, size: true })).toMatchObject({
      ...{ labels: [2, 3], size: [MASK_GRID, MASK_GRID] },
    });
    expect(await bestFirst(sam2)).toBe(0);
  });

  it('SAM of transformers: int64 labels, clicks alone', async () => {
    const sam = await opened('hf-sam', 'hf-sam');
    expect(sam.found.promptKinds).toEqual(['POINT']);
    const previous = new Float32Array(MASK_GRID ** 2);
    expect(recordOf(await sam.decode([click(200, 100), click(0, 0, 'BACKGROUND')], previous))).toMatchObject({
      ...{ labels: [1, 0], points: [63.5, 31.5, -0.5, -0.5] },
    });
    await expect(sam.decode([BOX])).rejects.toMatchObject({ code: 'UNSUPPORTED_PROMPT' });
    expect(await bestFirst(sam)).toBe(1);
  });

  it('SAM 2 of transformers: boxes in a tensor of their own, of length zero where there are none', async () => {
    const { decode, found } = await opened('hf-sam2', 'hf-sam2');
    expect(found).toMatchObject({ contract: 'hf-sam2', promptKinds: ['POINT', 'BOX'] });
    expect(recordOf(await decode([click(200, 100)]))).toMatchObject({ labels: [1], points: [63.5, 63.5], boxes: [] });
    expect(recordOf(await decode([BOX]))).toMatchObject({ labels: [], points: [], boxes: [15.5, 15.5, 47.5, 47.5] });
    expect(recordOf(await decode([BOX, click(0, 0, 'BACKGROUND')]))).toMatchObject({
      ...{ labels: [0], points: [-0.5, -0.5], boxes: [15.5, 15.5, 47.5, 47.5] },
    });
  });
});
