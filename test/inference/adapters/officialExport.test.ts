import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExportedModel } from '#src/inference/adapters/exportedModel.js';
import { rankMasks } from '#src/inference/candidates.js';
import type { Embedding } from '#src/inference/model.js';
import { readPorts } from '#src/inference/onnx.js';
import type { Prompt } from '#src/inference/prompts.js';
import { SamModel } from '#src/inference/samModel.js';
import { recognise } from '#src/models/adapters/recognise.js';
import { writeModel } from '#src/models/onnx/writeModel.js';
import { readArchitecture } from '#src/models/sam/architecture.js';
import { decoderGraph, encoderGraph } from '#src/models/sam/graphs.js';
import { officialDecoderGraph } from '../../../bench/officialDecoder.mjs';
import { madeUpWeights } from '../../../bench/samWeights.mjs';
import { channelsFirst, relativeError, there } from '../../models/sam/golden.js';
import { click } from '../support.js';

/** MobileSAM at its true size with made-up weights: converted by us, and as the official export writes its decoder. */
describe('the official export and the converted checkpoint', () => {
  let folder = '';
  let converted: SamModel;
  let exported: ExportedModel;
  let embeddings: { converted: Embedding; exported: Embedding };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maskwire-official-'));
    const weights = madeUpWeights('mobile-sam');
    const sam = readArchitecture(weights);
    const path = (name: string) => join(folder, `${name}.onnx`);
    await writeModel(encoderGraph(weights, sam, { int8: false }), path('encoder'));
    await writeModel(decoderGraph(weights, sam, false), path('decoder'));
    await writeModel(decoderGraph(weights, sam, true), path('mask'));
    await writeModel(officialDecoderGraph(weights, sam), path('official'));
    const officialEncoder = {
      inputs: [{ name: 'x', type: 'float32', dims: ['batch', 3, 1024, 1024] }],
      outputs: [{ name: 'image_embeddings', type: 'float32', dims: ['batch', 256, 64, 64] }],
    };
    const found = recognise(officialEncoder, await readPorts(path('official')));
    const common = {
      ...{ id: 'x', name: 'X', license: 'MIT', fingerprint: '', bytes: 0, encoderPath: path('encoder') },
      ...{ frame: found.frame, maskGrid: found.maskGrid, promptKinds: [...found.promptKinds] },
    };
    converted = new SamModel(
      { ...common, family: 'sam', decoderPath: path('decoder'), maskDecoderPath: path('mask'), exported: null },
      1,
    );
    const files = { ...common, family: 'exported', decoderPath: path('official'), maskDecoderPath: null } as const;
    exported = new ExportedModel({ ...files, exported: found }, 1);
    const size = exported.imageSize({ width: 1800, height: 1200 });
    const data = Uint8Array.from({ length: 3 * size.width * size.height }, (_, i) => 128 + 100 * Math.sin(i / 999));
    const embedding = await converted.encode({ data, ...size, originalWidth: 1800, originalHeight: 1200 });
    const positions = there(embedding.tensors['image_embedding']);
    const channels = positions.dims.at(-1) ?? 0;
    const image_embeddings = { data: channelsFirst(positions.data, channels), dims: [1, channels, 64, 64] };
    embeddings = { converted: embedding, exported: { ...embedding, tensors: { image_embeddings } } };
  }, 120_000);
  afterAll(async () => {
    await Promise.all([converted.release(), exported.release()]);
    await rm(folder, { recursive: true });
  });

  const box: Prompt = { kind: 'box', x: 300, y: 200, width: 900, height: 700 };
  const previous = Float32Array.from({ length: 256 * 256 }, (_, i) => 8 * Math.sin(i / 100));

  it.each([
    ['a click', [click(700, 500)], null],
    ['clicks on and beside the object', [click(700, 500), click(40.5, 1100, 'BACKGROUND')], null],
    ['a box', [box], null],
    ['a box and a click', [click(700, 500), box], null],
    ['a click that refines', [click(700, 500), click(900, 700)], previous],
  ])('offer the same masks for %s', async (_, prompts, previousLogits) => {
    const [ours, theirs] = await Promise.all(
      (
        [
          ['converted', converted],
          ['exported', exported],
        ] as const
      ).map(async ([name, model]) => {
        const item = { embedding: embeddings[name], prompts, previousLogits };
        return rankMasks(there((await model.decode([item]))[0]));
      }),
    );
    expect(theirs).toHaveLength(there(ours).length);
    there(ours).forEach(({ logits, predictedIou }, i) => {
      expect(relativeError(there(theirs?.[i]).logits, logits)).toBeLessThan(1e-4);
      expect(there(theirs?.[i]).predictedIou).toBeCloseTo(predictedIou, 4);
    });
  });
});
