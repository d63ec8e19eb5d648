import { describe, expect, it } from 'vitest';
import { chooseMasks, toCandidate } from '#src/inference/candidates.js';
import type { DecodeItem, LowResolutionMasks } from '#src/inference/model.js';
import type { Prompt } from '#src/inference/prompts.js';
import { decodeRle } from '#src/masks/rle.js';
import { click } from './support.js';

const GRID = 8;
const SIZES = { frame: 16, maskGrid: GRID, upscaling: 'throughFrame' } as const;
const embedding = { tensors: {}, original: { width: 32, height: 16 }, content: { width: 16, height: 8 } };

/** Logits of one value, other ones on the first `rows` rows. */
function logits(value: number, rows = 0, other = value): Float32Array {
  return new Float32Array(GRID * GRID).fill(value).fill(other, 0, rows * GRID);
}

const offered: LowResolutionMasks = {
  logits: [logits(0), logits(1), logits(2), logits(3)],
  predictedIous: [0.9, 0.3, 0.7, 0.5],
};

function item(prompts: readonly Prompt[], previousLogits: Float32Array | null = null): DecodeItem {
  return { embedding, prompts, previousLogits };
}

function chosen(prompts: readonly Prompt[], previousLogits: Float32Array | null = null) {
  return chooseMasks(item(prompts, previousLogits), offered).map((mask) => mask.logits[0]);
}

describe('chooseMasks', () => {
  it('offers the ambiguous masks, best predicted IoU first, for one click on the object', () => {
    expect(chosen([click(1, 1)])).toEqual([2, 3, 1]);
  });

  it.each([
    ['two clicks', [click(1, 1), click(2, 2)], null],
    ['a click beside the object', [click(1, 1, 'BACKGROUND')], null],
    ['a box', [{ kind: 'box', x: 1, y: 1, width: 4, height: 4 }], null],
    ['a click with logits to refine', [click(1, 1)], logits(1)],
  ] as const)('offers the single mask for %s', (_, prompts, previousLogits) => {
    expect(chosen(prompts, previousLogits)).toEqual([0]);
  });

  it('offers the single mask where the model has no others', () => {
    const only = { logits: [logits(0)], predictedIous: [0.5] };
    expect(chooseMasks(item([click(1, 1)]), only)).toHaveLength(1);
  });
});

describe('toCandidate', () => {
  it.each([
    [1.2, 1],
    [-0.1, 0],
    [0.25, 0.25],
  ])('answers the predicted IoU %d as %d', (predictedIou, expected) => {
    expect(toCandidate({ logits: logits(5), predictedIou }, embedding, SIZES).predictedIou).toBe(expected);
  });

  it('enlarges to the original size and measures there', () => {
    // The content fills 4 of 8 rows of the grid; 2 of these rows are mask: the upper half of the original.
    const candidate = toCandidate({ logits: logits(-5, 2, 5), predictedIou: 0.5 }, embedding, SIZES);
    expect(candidate.rle.size).toEqual([16, 32]);
    expect(candidate.boundingBox).toEqual({ x: 0, y: 0, width: 32, height: 8 });
    expect(candidate.area).toBe(256);
    expect(decodeRle(candidate.rle).lengths.reduce((sum, length, run) => sum + (run % 2) * length, 0)).toBe(256);
    expect(candidate.stabilityScore).toBe(1);
  });

  it('answers no box for an empty mask', () => {
    const candidate = toCandidate({ logits: logits(-0.5), predictedIou: 0.5 }, embedding, SIZES);
    expect(candidate).toMatchObject({ area: 0, boundingBox: null, stabilityScore: 0 });
  });
});
