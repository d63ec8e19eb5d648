import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '#src/models/onnx/graphBuilder.js';
import { writeModel } from '#src/models/onnx/writeModel.js';
import { readArchitecture, type SamArchitecture } from '#src/models/sam/architecture.js';
import { decoderGraph } from '#src/models/sam/graphs.js';
import { buildImageState, imageStatePorts } from '#src/models/sam/imageState.js';
import { Layers } from '#src/models/sam/layers.js';
import type { Weights } from '#src/models/sam/weights.js';
import { officialDecoderGraph } from '../../../bench/officialDecoder.mjs';
import { madeUpWeights } from '../../../bench/samWeights.mjs';
import { channelsFirst, relativeError, there } from './golden.js';

/** The decoder at its true size with made-up weights, against the graph that projects every position, as SAM defines it. */
describe('the decoder against the contract of the official export', () => {
  let folder = '';
  let weights: Weights;
  let sam: SamArchitecture;
  let official: InferenceSession;
  let decoder: InferenceSession;
  let maskDecoder: InferenceSession;
  let state: Record<string, Tensor>;
  let embedding: Float32Array;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maskwire-official-'));
    weights = madeUpWeights('mobile-sam');
    sam = readArchitecture(weights);
    const open = async (name: string): Promise<InferenceSession> =>
      InferenceSession.create(join(folder, name), { logSeverityLevel: 3, enableMemPattern: false });
    await writeModel(officialDecoderGraph(weights, sam), join(folder, 'official.onnx'));
    await writeModel(decoderGraph(weights, sam, false), join(folder, 'decoder.onnx'));
    await writeModel(decoderGraph(weights, sam, true), join(folder, 'decoder-mask.onnx'));
    official = await open('official.onnx');
    decoder = await open('decoder.onnx');
    maskDecoder = await open('decoder-mask.onnx');

    const g = new GraphBuilder('state');
    const ports = imageStatePorts(sam, 1);
    const made = buildImageState(new Layers(g, weights), g.input('embedding', 'float32', ports.embedding.dims), sam);
    for (const part of ['keys', 'values', 'queries'] as const) {
      g.output(made[part], ports[part].name, ports[part].type, ports[part].dims);
    }
    await writeModel(g.finish(), join(folder, 'state.onnx'));
    embedding = Float32Array.from({ length: sam.grid ** 2 * sam.decoder.width }, (_, index) => Math.sin(index * index));
    const tensor = new Tensor('float32', embedding, [1, sam.grid ** 2, sam.decoder.width]);
    state = { ...(await (await open('state.onnx')).run({ embedding: tensor })), image_embedding: tensor };
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  function mask(): Float32Array {
    return Float32Array.from({ length: 16 * sam.grid ** 2 }, (_, index) => 8 * Math.sin(index / 100));
  }

  it.each([
    ['a point', [500, 300, 0, 0], [1, -1], false],
    ['a box', [100, 200, 700, 650], [2, 3], false],
    ['points of both kinds and a mask', [500, 300, 20, 900, 0, 0], [1, 0, -1], true],
  ])('answers %s alike', async (_, coords, labels, hasMask) => {
    const count = labels.length;
    const points = new Tensor('float32', Float32Array.from(coords), [1, count, 2]);
    const pointLabels = new Tensor('float32', Float32Array.from(labels), [1, count]);
    const side = 4 * sam.grid;
    const maskInput = new Tensor('float32', mask(), [1, 1, side, side]);
    const has = new Tensor('float32', [hasMask ? 1 : 0], [1]);
    const expected = await official.run({
      image_embeddings: new Tensor('float32', channelsFirst(embedding, sam.decoder.width), [
        1,
        256,
        sam.grid,
        sam.grid,
      ]),
      point_coords: points,
      point_labels: pointLabels,
      mask_input: maskInput,
      has_mask_input: has,
      orig_im_size: new Tensor('float32', [120, 180], [2]),
    });
    expect(expected['masks']?.dims).toEqual([1, 4, 120, 180]);
    const feeds = { ...state, points, labels: pointLabels };
    const withMask = await maskDecoder.run({ ...feeds, mask: maskInput, has_mask: has });
    const answers = hasMask ? [withMask] : [withMask, await decoder.run(feeds)];
    for (const answer of answers) {
      const logits = there(expected['low_res_masks']).data as Float32Array;
      expect(relativeError(there(answer['low_res_logits']).data as Float32Array, logits)).toBeLessThan(1e-4);
      const iou = there(expected['iou_predictions']).data as Float32Array;
      expect(relativeError(there(answer['iou_predictions']).data as Float32Array, iou)).toBeLessThan(1e-4);
    }
  });

  it('takes prompts over different images, padded, in one batch', async () => {
    const side = 4 * sam.grid;
    const other = Object.fromEntries(
      Object.entries(state).map(([name, tensor]) => {
        const data = (tensor.data as Float32Array).map((value, index) => value * (1 + Math.sin(index) / 2));
        return [name, new Tensor('float32', data, tensor.dims)];
      }),
    );
    const stacked = Object.fromEntries(
      Object.entries(state).map(([name, tensor]) => {
        const second = there(other[name]).data;
        const data = new Float32Array(2 * second.length);
        data.set(tensor.data as Float32Array);
        data.set(second, second.length);
        return [name, new Tensor('float32', data, [2, ...tensor.dims.slice(1)])];
      }),
    );
    const point = { points: [500, 300, 0, 0], labels: [1, -1] };
    const box = { points: [100, 200, 700, 650, 400, 400], labels: [2, 3, 0] };
    const feeds = (items: readonly { points: number[]; labels: number[] }[]): Record<string, Tensor> => ({
      points: new Tensor(
        'float32',
        items.flatMap((item) => item.points),
        [items.length, 3, 2],
      ),
      labels: new Tensor(
        'float32',
        items.flatMap((item) => item.labels),
        [items.length, 3],
      ),
    });
    const padded = { points: [...point.points, 9, 9], labels: [...point.labels, -2] };
    const together = await decoder.run({ ...stacked, ...feeds([padded, box]) });
    const first = await decoder.run({
      ...state,
      points: new Tensor('float32', point.points, [1, 2, 2]),
      labels: new Tensor('float32', point.labels, [1, 2]),
    });
    const second = await decoder.run({ ...other, ...feeds([box]) });
    const rows = there(together['low_res_logits']).data as Float32Array;
    const cells = 4 * side * side;
    expect(relativeError(rows.subarray(0, cells), there(first['low_res_logits']).data as Float32Array)).toBeLessThan(
      1e-5,
    );
    expect(relativeError(rows.subarray(cells), there(second['low_res_logits']).data as Float32Array)).toBeLessThan(
      1e-5,
    );
  });
});
