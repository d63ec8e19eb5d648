import { describe, expect, it } from 'vitest';
import { answerOf, isAmbiguous } from '#src/inference/ambiguity.js';
import type { DecodeItem } from '#src/inference/model.js';
import type { Prompt } from '#src/inference/prompts.js';
import { click } from './support.js';

const embedding = { tensors: {}, original: { width: 32, height: 16 }, content: { width: 16, height: 8 } };
const mask = (value: number) => new Float32Array(64).fill(value);

function item(prompts: readonly Prompt[], previousLogits: Float32Array | null = null): DecodeItem {
  return { embedding, prompts, previousLogits };
}

const ambiguous = item([click(1, 1)]);
const clear = [
  ['two clicks', item([click(1, 1), click(2, 2)])],
  ['a click beside the object', item([click(1, 1, 'BACKGROUND')])],
  ['a box', item([{ kind: 'box', x: 1, y: 1, width: 4, height: 4 }])],
  ['a click with logits to refine', item([click(1, 1)], mask(1))],
] as const;

describe('isAmbiguous', () => {
  it('is so of one click on the object', () => {
    expect(isAmbiguous(ambiguous)).toBe(true);
  });

  it.each(clear)('is not so of %s', (_, prompts) => {
    expect(isAmbiguous(prompts)).toBe(false);
  });
});

describe('answerOf', () => {
  const all = { logits: [mask(0), mask(1), mask(2), mask(3)], predictedIous: [0.9, 0.3, 0.7, 0.5] };

  it('is all masks but the single one where the prompt is ambiguous', () => {
    const { logits, predictedIous } = answerOf(ambiguous, all);
    expect(logits).toEqual([mask(1), mask(2), mask(3)]);
    expect(predictedIous).toEqual([0.3, 0.7, 0.5]);
  });

  it.each(clear)('is the single mask for %s', (_, prompts) => {
    expect(answerOf(prompts, all)).toEqual({ logits: [mask(0)], predictedIous: [0.9] });
  });

  it('is the single mask where the model has no others', () => {
    const only = { logits: [mask(0)], predictedIous: [0.5] };
    expect(answerOf(ambiguous, only)).toEqual(only);
  });
});
