import { InferenceSession, Tensor } from 'onnxruntime-node';
import { join } from 'node:path';
import type { ConvertedModel } from '#src/models/sam/convert.js';

type Feeds = Record<string, Tensor>;

export interface Prompt {
  /** Pixels of the frame. */
  readonly points: readonly (readonly [number, number])[];
  readonly labels: readonly number[];
  readonly mask?: Float32Array;
}

export interface Decoded {
  /** Per prompt, [mask tokens, maskGrid, maskGrid]. */
  readonly logits: readonly Float32Array[];
  readonly iou: readonly Float32Array[];
}

/** Runs the converted graphs as a caller would. */
export class Runner {
  private constructor(
    private readonly model: ConvertedModel,
    private readonly encoder: InferenceSession,
    private readonly decoder: InferenceSession,
    private readonly maskDecoder: InferenceSession,
  ) {}

  static async open(folder: string, model: ConvertedModel): Promise<Runner> {
    const open = (name: string): Promise<InferenceSession> =>
      InferenceSession.create(join(folder, name), { logSeverityLevel: 3 });
    return new Runner(model, await open('encoder.onnx'), await open('decoder.onnx'), await open('decoder-mask.onnx'));
  }

  encode(input: Float32Array): Promise<Feeds> {
    const { frame } = this.model;
    return this.encoder.run({ image: new Tensor('float32', input, [1, 3, frame, frame]) });
  }

  /** Prompts of different lengths are filled up with padding; `padTo` adds more of it. */
  async decode(state: Feeds, prompts: readonly Prompt[], padTo = 0): Promise<Decoded> {
    const { maskGrid, maskTokens } = this.model;
    const count = prompts.length;
    const longest = Math.max(padTo, ...prompts.map((prompt) => prompt.labels.length));
    const points = new Float32Array(count * longest * 2).fill(777);
    const labels = new Float32Array(count * longest).fill(-2);
    const cells = maskGrid * maskGrid;
    const mask = new Float32Array(count * cells).fill(5);
    const hasMask = new Float32Array(count);
    prompts.forEach((prompt, row) => {
      points.set(prompt.points.flat(), row * longest * 2);
      labels.set(prompt.labels, row * longest);
      if (prompt.mask === undefined) return;
      mask.set(prompt.mask, row * cells);
      hasMask[row] = 1;
    });
    const feeds = {
      ...state,
      points: new Tensor('float32', points, [count, longest, 2]),
      labels: new Tensor('float32', labels, [count, longest]),
    };
    const withMask = hasMask.some((has) => has === 1);
    const outputs = withMask
      ? await this.maskDecoder.run({
          ...feeds,
          mask: new Tensor('float32', mask, [count, 1, maskGrid, maskGrid]),
          has_mask: new Tensor('float32', hasMask, [count]),
        })
      : await this.decoder.run(feeds);
    const rows = (name: string, length: number): Float32Array[] => {
      const data = outputs[name]?.data as Float32Array;
      return prompts.map((_, row) => data.slice(row * length, (row + 1) * length));
    };
    return { logits: rows('low_res_logits', maskTokens * cells), iou: rows('iou_predictions', maskTokens) };
  }

  async close(): Promise<void> {
    await Promise.all([this.encoder.release(), this.decoder.release(), this.maskDecoder.release()]);
  }
}

/** One row per state, so that a batch may mix images. */
export function stackStates(states: readonly Feeds[]): Feeds {
  const [first] = states;
  return Object.fromEntries(
    Object.entries(first ?? {}).map(([name, tensor]) => {
      const parts = states.map((state) => state[name]?.data as Float32Array);
      const data = new Float32Array(parts.length * tensor.data.length);
      parts.forEach((part, row) => data.set(part, row * part.length));
      return [name, new Tensor('float32', data, [parts.length, ...tensor.dims.slice(1)])];
    }),
  );
}
