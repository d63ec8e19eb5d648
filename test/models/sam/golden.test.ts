import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resizeBilinear } from '#src/images/resample.js';
import { Checkpoint } from '#src/models/checkpoint/checkpoint.js';
import { convertSam, type ConvertedModel } from '#src/models/sam/convert.js';
import { densePositionalEncoding } from '#src/models/sam/positions.js';
import { normalizedFrame } from '#src/models/sam/preprocess.js';
import {
  channelsFirst,
  goldenFolder,
  readGolden,
  relativeError,
  sizeInFrame,
  strided,
  there,
  type Golden,
  type GoldenCase,
} from './golden.js';
import { Runner, stackStates, type Prompt } from './runner.js';
import { upscale } from './upscale.js';

/** What float32 allows: the largest error found is 2e-5, of logits whose range is a tenth of what they are sums of. */
const TOLERANCE = 1e-4;

describe.skipIf(goldenFolder === undefined).each(['sam-tiny', 'mobile-sam-tiny'] as const)(
  'the converted %s against the official code (set MASKWIRE_GOLDEN to the folder of its golden files)',
  (name) => {
    let folder = '';
    let golden: Golden;
    let model: ConvertedModel;
    let runner: Runner;
    let input: Float32Array;
    let state: Record<string, Tensor>;
    let firstMask: Float32Array;
    let content: { width: number; height: number };
    let original: { width: number; height: number };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'maskwire-golden-'));
      golden = await readGolden(name);
      const [height = 0, width = 0] = golden.image.shape;
      original = { width, height };
      model = await convertSam(golden.checkpoint, folder, { decoderHeads: golden.decoderHeads });
      content = sizeInFrame(width, height, model.frame);
      const pixels = { data: golden.image.values as Uint8Array, width, height };
      input = normalizedFrame(resizeBilinear(pixels, content.width, content.height), model.frame);
      runner = await Runner.open(folder, model);
      state = await runner.encode(input);
      const { logits } = await runner.decode(state, [promptOf(there(golden.cases[0]))]);
      // The golden files call it the first mask of the multi-mask answer; by their numbers it is the single mask.
      firstMask = there(logits[0]).slice(0, model.maskGrid ** 2);
    }, 120_000);
    afterAll(async () => {
      await runner.close();
      await rm(folder, { recursive: true });
    });

    /** Prompts in the frame, by the rule of the official predictor: a box comes last, and without one a "not a point". */
    function promptOf(one: GoldenCase): Prompt {
      const place = ([x, y]: readonly [number, number]): [number, number] => [
        (x * content.width) / original.width,
        (y * content.height) / original.height,
      ];
      const { box } = one;
      const points = [...one.pointCoords.map(place)];
      if (box === null) points.push([0, 0]);
      else points.push(place([box[0], box[1]]), place([box[2], box[3]]));
      const labels = [...one.pointLabels, ...(box === null ? [-1] : [2, 3])];
      if (one.maskInput === null) return { points, labels };
      const mask = one.maskInput === 'first' ? firstMask : (one.maskInput.values as Float32Array);
      return { points, labels, mask };
    }

    /** The state as of another image. Encoding one would not do: MobileSAM's golden weights hardly see the image. */
    function perturbed(tensors: Record<string, Tensor>): Record<string, Tensor> {
      return Object.fromEntries(
        Object.entries(tensors).map(([key, tensor]) => {
          const data = (tensor.data as Float32Array).map((value, index) => value * (1 + Math.sin(index) / 2));
          return [key, new Tensor('float32', data, tensor.dims)];
        }),
      );
    }

    it('prepares the image', () => {
      const stored = strided(input, model.frame, model.frame, golden.stride);
      expect(relativeError(stored, golden.input.values)).toBeLessThan(1e-6);
    });

    it('embeds the image', () => {
      const embedding = state['image_embedding'];
      const planes = channelsFirst(embedding?.data as Float32Array, embedding?.dims[2] ?? 0);
      const stored = strided(planes, model.grid, model.grid, golden.stride);
      expect(relativeError(stored, golden.embedding.values)).toBeLessThan(TOLERANCE);
    });

    it('encodes the positions of the grid', async () => {
      const checkpoint = await Checkpoint.open(golden.checkpoint);
      const frequencies = await checkpoint.read('prompt_encoder.pe_layer.positional_encoding_gaussian_matrix');
      await checkpoint.close();
      const planes = channelsFirst(densePositionalEncoding(frequencies, model.grid), frequencies.length);
      const stored = strided(planes, model.grid, model.grid, golden.stride);
      expect(relativeError(stored, golden.encoding.values)).toBeLessThan(TOLERANCE);
    });

    it('decodes every case: logits, predicted IoU, and masks but for logits within rounding of 0', async () => {
      for (const one of golden.cases) {
        const { logits, iou } = await runner.decode(state, [promptOf(one)]);
        const [from, to] = one.multimask ? [1, model.maskTokens] : [0, 1];
        const cells = model.maskGrid ** 2;
        const mine = there(logits[0]).subarray(from * cells, to * cells);
        const stored = strided(mine, model.maskGrid, model.maskGrid, golden.stride);
        expect(relativeError(stored, one.logits.values), one.title).toBeLessThan(TOLERANCE);
        expect(relativeError(there(iou[0]).subarray(from, to), one.iou.values, there(iou[0])), one.title).toBeLessThan(
          TOLERANCE,
        );

        const largest = mine.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const enlarged = Array.from({ length: to - from }, (_, mask) =>
          Array.from(
            upscale(mine.slice(mask * cells, (mask + 1) * cells), model.maskGrid, model.frame, content, original),
          ),
        ).flat();
        const pixels = strided(enlarged, original.height, original.width, golden.stride);
        const wrong = pixels.filter(
          (value, index) => value > 0 !== (one.masks.values[index] === 1) && Math.abs(value) > TOLERANCE * largest,
        );
        expect(pixels).toHaveLength(one.masks.values.length);
        expect(wrong, one.title).toEqual([]);
      }
    });

    it('answers a batch of prompts of different lengths as it answers each alone', async () => {
      const prompts = golden.cases.filter((one) => one.multimask).map(promptOf);
      const together = await runner.decode(state, prompts);
      for (const [row, prompt] of prompts.entries()) {
        const alone = await runner.decode(state, [prompt]);
        expect(relativeError(together.logits[row] ?? [], alone.logits[0] ?? [])).toBeLessThan(TOLERANCE);
        expect(relativeError(together.iou[row] ?? [], alone.iou[0] ?? [])).toBeLessThan(TOLERANCE);
      }
    });

    it('answers a batch over different images as it answers each alone', async () => {
      const other = perturbed(state);
      const [first, second] = golden.cases.filter((one) => one.maskInput === null && one.multimask).map(promptOf);
      if (first === undefined || second === undefined) throw new Error('Two cases are needed.');
      const together = await runner.decode(stackStates([other, state]), [first, second]);
      const alone = await runner.decode(other, [first]);
      const alsoAlone = await runner.decode(state, [second]);
      expect(relativeError(together.logits[0] ?? [], alone.logits[0] ?? [])).toBeLessThan(TOLERANCE);
      expect(relativeError(together.logits[1] ?? [], alsoAlone.logits[0] ?? [])).toBeLessThan(TOLERANCE);
      expect(
        relativeError(alone.logits[0] ?? [], (await runner.decode(state, [first])).logits[0] ?? []),
      ).toBeGreaterThan(1e-3);
    });

    it('is not changed by padding, while one more "not a point" does change the answer', async () => {
      const prompt = promptOf(there(golden.cases[0]));
      const alone = await runner.decode(state, [prompt]);
      const padded = await runner.decode(state, [prompt], 9);
      expect(relativeError(padded.logits[0] ?? [], alone.logits[0] ?? [])).toBeLessThan(TOLERANCE);
      expect(relativeError(padded.iou[0] ?? [], alone.iou[0] ?? [])).toBeLessThan(TOLERANCE);
      const doubled = { points: [...prompt.points, [0, 0] as const], labels: [...prompt.labels, -1] };
      const changed = await runner.decode(state, [doubled]);
      expect(relativeError(changed.logits[0] ?? [], alone.logits[0] ?? [])).toBeGreaterThan(1e-3);
    });

    it('answers nearly the same with weights in 8 bits', async () => {
      const smaller = join(folder, 'int8');
      const seen: number[] = [];
      const int8 = await convertSam(golden.checkpoint, smaller, {
        decoderHeads: golden.decoderHeads,
        int8: { encoder: true, decoder: true },
        onProgress: (done, total) => seen.push(done / total),
      });
      expect(seen.at(-1)).toBe(1);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      const other = await Runner.open(smaller, int8);
      const prompt = promptOf(there(golden.cases[0]));
      const exact = await runner.decode(state, [prompt]);
      const approximate = await other.decode(await other.encode(input), [prompt]);
      const error = relativeError(there(approximate.logits[0]), there(exact.logits[0]));
      expect(error).toBeGreaterThan(TOLERANCE);
      expect(error).toBeLessThan(0.2);
      await other.close();
    });

    it('treats a row without a mask in a batch with masks as the graph without masks does', async () => {
      const plain = promptOf(there(golden.cases[0]));
      const masked = promptOf(there(golden.cases.find((one) => one.maskInput !== null)));
      const together = await runner.decode(state, [plain, masked]);
      const alone = await runner.decode(state, [plain]);
      expect(relativeError(together.logits[0] ?? [], alone.logits[0] ?? [])).toBeLessThan(TOLERANCE);
    });
  },
);
