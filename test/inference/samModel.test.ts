import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAmbiguous } from '#src/inference/ambiguity.js';
import type { DecodeItem, Embedding } from '#src/inference/model.js';
import type { Prompt } from '#src/inference/prompts.js';
import { SamModel } from '#src/inference/samModel.js';
import { resizeBilinear } from '#src/images/resample.js';
import { encodeRle } from '#src/masks/rle.js';
import { convertSam } from '#src/models/sam/convert.js';
import {
  goldenFolder,
  readGolden,
  relativeError,
  sizeInFrame,
  strided,
  there,
  type Golden,
  type GoldenCase,
} from '../models/sam/golden.js';
import { click, maxDifference } from './support.js';

/** See the test of the converted graphs. */
const TOLERANCE = 1e-4;

describe.skipIf(goldenFolder === undefined).each(['sam-tiny', 'mobile-sam-tiny'] as const)(
  'SamModel on the converted %s (set MASKWIRE_GOLDEN to the folder of the golden files)',
  (name) => {
    let folder = '';
    let golden: Golden;
    let model: SamModel;
    let embedding: Embedding;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'maskwire-sam-'));
      golden = await readGolden(name);
      const { frame, maskGrid } = await convertSam(golden.checkpoint, folder, { decoderHeads: golden.decoderHeads });
      const files = {
        id: name,
        name,
        license: 'Apache-2.0',
        family: 'sam' as const,
        frame,
        maskGrid,
        promptKinds: ['POINT', 'BOX', 'MASK'] as ('POINT' | 'BOX' | 'MASK')[],
        encoderPath: join(folder, 'encoder.onnx'),
        decoderPath: join(folder, 'decoder.onnx'),
        maskDecoderPath: join(folder, 'decoder-mask.onnx'),
        fingerprint: '',
        bytes: 0,
        exported: null,
      };
      model = new SamModel(files, 1);
      const [height = 0, width = 0] = golden.image.shape;
      const content = sizeInFrame(width, height, frame);
      const pixels = { data: golden.image.values as Uint8Array, width, height };
      const resized = resizeBilinear(pixels, content.width, content.height);
      embedding = await model.encode({ ...resized, originalWidth: width, originalHeight: height });
    }, 120_000);
    afterAll(async () => rm(folder, { recursive: true }));

    /** The official code scales first and then goes from the corner of a pixel to its centre; we begin at its centre. */
    function itemOf(one: GoldenCase): DecodeItem {
      const { original, content } = embedding;
      const x = (value: number) => value + (0.5 * original.width) / content.width;
      const y = (value: number) => value + (0.5 * original.height) / content.height;
      const prompts: Prompt[] = one.pointCoords.map(([px, py], i) =>
        click(x(px), y(py), one.pointLabels[i] === 1 ? 'FOREGROUND' : 'BACKGROUND'),
      );
      if (one.box) {
        const [left, top, right, bottom] = one.box;
        prompts.push({ kind: 'box', x: x(left), y: y(top), width: right - left, height: bottom - top });
      }
      const previous = one.maskInput === null || one.maskInput === 'first' ? null : one.maskInput.values;
      return { embedding, prompts, previousLogits: previous as Float32Array | null };
    }

    it('answers golden cases, all in one batch, as the official code does', async () => {
      // The official code can be asked for candidates of any prompt; here the prompt itself decides. The test of the
      // converted graphs has every case.
      const cases = golden.cases.filter(
        (one) => one.maskInput !== 'first' && one.multimask === isAmbiguous(itemOf(one)),
      );
      expect(cases.map(({ multimask }) => multimask)).toEqual(expect.arrayContaining([true, false]));
      expect(cases.length).toBeGreaterThan(3);
      const results = await model.decode(cases.map(itemOf));
      const { maskGrid } = model.sizes;
      cases.forEach((one, i) => {
        const { logits, predictedIous } = there(results[i]);
        const mine = logits.flatMap((mask) => strided(mask, maskGrid, maskGrid, golden.stride));
        expect(relativeError(mine, one.logits.values), one.title).toBeLessThan(TOLERANCE);
        expect(relativeError(predictedIous, one.iou.values), one.title).toBeLessThan(TOLERANCE);
      });
    });

    it('takes a mask prompt alone', async () => {
      const { width, height } = embedding.original;
      const mask: Prompt = { kind: 'mask', rle: encodeRle({ width, height, lengths: Uint32Array.of(width * height) }) };
      const [result] = await model.decode([{ embedding, prompts: [mask], previousLogits: null }]);
      expect(result?.logits.every((logits) => logits.every(Number.isFinite))).toBe(true);
      const point = itemOf(there(golden.cases[0]));
      const [withMask, without] = await model.decode([{ ...point, prompts: [...point.prompts, mask] }, point]);
      expect(maxDifference(there(withMask?.logits[0]), there(without?.logits[0]))).toBeGreaterThan(0);
    });
  },
);
