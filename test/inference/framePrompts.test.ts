import { describe, expect, it } from 'vitest';
import { framePrompts } from '#src/inference/framePrompts.js';
import type { Prompt } from '#src/inference/prompts.js';
import { encodeRle } from '#src/masks/rle.js';
import { click } from './support.js';

const SIZES = { frame: 256, maskGrid: 128, upscaling: 'throughFrame' } as const;
/** 512 x 384, resized by half. */
const embedding = { tensors: {}, original: { width: 512, height: 384 }, content: { width: 256, height: 192 } };

function translate(prompts: readonly Prompt[], previousLogits: Float32Array | null = null) {
  return framePrompts({ embedding, prompts, previousLogits }, SIZES);
}

/** The left half of the image. */
const leftHalf: Prompt = {
  kind: 'mask',
  rle: encodeRle({ width: 512, height: 384, lengths: Uint32Array.of(0, 384 * 256, 384 * 256) }),
};

describe('framePrompts', () => {
  it('counts from pixel centres of the frame what we count from edges of the original', () => {
    const { points, labels } = translate([click(0, 0), click(512, 384, 'BACKGROUND')]);
    expect(points).toEqual([-0.5, -0.5, 255.5, 191.5]);
    expect(labels).toEqual([1, 0]);
  });

  it('makes a box its top left and bottom right corner', () => {
    const { points, labels } = translate([{ kind: 'box', x: 10, y: 20, width: 100, height: 200 }]);
    expect(points).toEqual([4.5, 9.5, 54.5, 109.5]);
    expect(labels).toEqual([2, 3]);
  });

  it('puts the box after the points', () => {
    const { labels, hasBox } = translate([{ kind: 'box', x: 0, y: 0, width: 1, height: 1 }, click(1, 1)]);
    expect(labels).toEqual([1, 2, 3]);
    expect(hasBox).toBe(true);
  });

  it('feeds back earlier logits', () => {
    const previous = new Float32Array(128 * 128).fill(-50);
    expect(translate([click(1, 1)], previous).mask).toEqual(previous);
    expect(translate([click(1, 1)]).mask).toBeNull();
  });

  it('makes a mask logits of 8 on it, -8 beside it and in the padding, in place of earlier logits', () => {
    const { mask, labels } = translate([leftHalf], new Float32Array(128 * 128).fill(5));
    expect(labels).toEqual([]);
    const at = (x: number, y: number) => mask?.[y * 128 + x];
    expect([at(0, 0), at(63, 95), at(64, 0), at(127, 95)]).toEqual([8, 8, -8, -8]);
    expect(at(0, 96)).toBe(-8);
  });

  it.each([
    ['no prompts', []],
    ['two boxes', [0, 1].map((x) => ({ kind: 'box' as const, x, y: 0, width: 5, height: 5 }))],
    ['two masks', [leftHalf, leftHalf]],
    ['a text', [{ kind: 'text' as const, text: 'cat' }]],
    ['a mask of another size', [{ kind: 'mask' as const, rle: { size: [1, 2] as const, counts: '11' } }]],
  ])('refuses %s', (_, prompts) => {
    expect(() => translate(prompts)).toThrow(/expected .* but got/);
  });
});
