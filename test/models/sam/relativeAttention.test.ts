import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder, type Value } from '#src/models/onnx/graphBuilder.js';
import { writeModel } from '#src/models/onnx/writeModel.js';
import { globalAttention, windowAttention, type RelativeAttentionInputs } from '#src/models/sam/relativeAttention.js';
import { relativeError, there } from './golden.js';

const SIDE = 5;
const POSITIONS = SIDE * SIDE;
const HEADS = 2;
const CHANNELS = 3;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maskwire-attention-'));
});
afterAll(() => rm(folder, { recursive: true }));

const widths = { query: CHANNELS, key: CHANNELS, value: CHANNELS, rows: SIDE, columns: SIDE };
type Part = keyof typeof widths;
const parts = Object.keys(widths) as Part[];

const values = Object.fromEntries(
  parts.map((part, seed) => [
    part,
    Float32Array.from({ length: HEADS * POSITIONS * widths[part] }, (_, index) => 2 * Math.sin(seed + index * index)),
  ]),
) as Record<Part, Float32Array>;

async function run(build: (g: GraphBuilder, inputs: RelativeAttentionInputs) => Value): Promise<Float32Array> {
  const g = new GraphBuilder('attention');
  const dims = (part: Part): number[] => [1, HEADS, POSITIONS, widths[part]];
  const inputs = Object.fromEntries(parts.map((part) => [part, g.input(part, 'float32', dims(part))]));
  g.output(build(g, inputs as unknown as RelativeAttentionInputs), 'mixed', 'float32', dims('value'));
  const path = join(folder, 'attention.onnx');
  await writeModel(g.finish(), path);
  const session = await InferenceSession.create(path);
  const feeds = Object.fromEntries(parts.map((part) => [part, new Tensor('float32', values[part], dims(part))]));
  const { mixed } = await session.run(feeds);
  await session.release();
  return there(mixed).data as Float32Array;
}

/** The definition, position by position. */
function reference(): number[] {
  const result: number[] = [];
  for (let head = 0; head < HEADS; head++) {
    const at = (part: Part, position: number, channel: number): number =>
      values[part][(head * POSITIONS + position) * widths[part] + channel] ?? NaN;
    for (let i = 0; i < POSITIONS; i++) {
      const shares = Array.from({ length: POSITIONS }, (_, k) => {
        let score = at('rows', i, Math.floor(k / SIDE)) + at('columns', i, k % SIDE);
        for (let channel = 0; channel < CHANNELS; channel++) score += at('query', i, channel) * at('key', k, channel);
        return Math.exp(score);
      });
      const total = shares.reduce((sum, share) => sum + share, 0);
      for (let channel = 0; channel < CHANNELS; channel++) {
        result.push(shares.reduce((sum, share, k) => sum + (share / total) * at('value', k, channel), 0));
      }
    }
  }
  return result;
}

describe('attention with relative positions', () => {
  it('is what it is defined to be in windows', async () => {
    const mixed = await run((g, inputs) => windowAttention(g, inputs, { heads: HEADS, side: SIDE }));
    expect(relativeError(mixed, reference())).toBeLessThan(1e-6);
  });

  it.each([
    ['in one band', 1e6],
    ['in bands of two rows and a last one of one', 4 * POSITIONS * SIDE * 2],
    ['in bands of one row where even that is too much', 1],
  ])('is the same over a whole image, %s', async (_, scoreBytes) => {
    const mixed = await run((g, inputs) => globalAttention(g, inputs, { heads: HEADS, side: SIDE }, scoreBytes));
    expect(relativeError(mixed, reference())).toBeLessThan(1e-6);
  });
});
