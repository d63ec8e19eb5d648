import { describe, expect, it } from 'vitest';
import { rankMasks, toCandidate } from '#src/inference/candidates.js';
import { decodeRle } from '#src/masks/rle.js';

const GRID = 8;
const SIZES = { frame: 16, maskGrid: GRID, upscaling: 'throughFrame' } as const;
const embedding = { tensors: {}, original: { width: 32, height: 16 }, content: { width: 16, height: 8 } };

/** Logits of one value, other ones on the first `rows` rows. */
function logits(value: number, rows = 0, other = value): Float32Array {
  return new Float32Array(GRID * GRID).fill(value).fill(other, 0, rows * GRID);
}

describe('rankMasks', () => {
  it('puts the best predicted IoU first', () => {
    const offered = { logits: [logits(1), logits(2), logits(3)], predictedIous: [0.3, 0.7, 0.5] };
    expect(rankMasks(offered).map((mask) => mask.logits[0])).toEqual([2, 3, 1]);
  });

  it('refuses an answer without masks', () => {
    expect(() => rankMasks({ logits: [], predictedIous: [] })).toThrow('expected at least one mask');
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
