import { describe, expect, it } from 'vitest';
import { stabilityScore } from '#src/masks/stability.js';
import { noise } from './samples.js';

const whole = { width: 4, height: 2, contentWidth: 4, contentHeight: 2 };

describe('the stability score', () => {
  it('is the share of the cells above the lower threshold that are above the higher one too', () => {
    const logits = Float32Array.of(5, 1.5, 1, 0.5, -0.5, -1, -1.5, -5);
    expect(stabilityScore(logits, whole)).toBe(2 / 5);
    expect(stabilityScore(logits, whole, 2)).toBe(1 / 7);
    expect(stabilityScore(logits, whole, 0)).toBe(1);
  });

  it('is 1 for logits without doubt and 0 where nothing is certain', () => {
    expect(stabilityScore(Float32Array.of(9, 9, 9, 9, -9, -9, -9, -9), whole)).toBe(1);
    expect(stabilityScore(new Float32Array(8), whole)).toBe(0);
  });

  it('is 1 where even the lower threshold leaves nothing', () => {
    expect(stabilityScore(new Float32Array(8).fill(-1), whole)).toBe(1);
  });

  it('leaves padding out, and cells with less than half content', () => {
    const logits = Float32Array.of(2, 0, 0, 0, 0, 0, 0, 0);
    expect(stabilityScore(logits, { ...whole, contentWidth: 1, contentHeight: 1 })).toBe(1);
    expect(stabilityScore(logits, { ...whole, contentWidth: 1.4, contentHeight: 1 })).toBe(1);
    expect(stabilityScore(logits, { ...whole, contentWidth: 1.5, contentHeight: 1 })).toBe(1 / 2);
    expect(stabilityScore(logits, { ...whole, contentWidth: 0.2, contentHeight: 0.2 })).toBe(1);
  });

  it('is the IoU of the two masks', () => {
    const logits = noise(20, 10, 7);
    const above = logits.filter((logit) => logit > 1).length;
    const below = logits.filter((logit) => logit > -1).length;
    expect(stabilityScore(logits, { width: 20, height: 10, contentWidth: 20, contentHeight: 10 })).toBe(above / below);
  });

  it('refuses logits that do not fill the grid', () => {
    expect(() => stabilityScore(new Float32Array(7), whole)).toThrow('2 x 4 must have 8 values, got 7');
  });
});
