import { describe, expect, it } from 'vitest';
import { summarize } from '#src/evaluate/summary.js';
import { resultOf } from './support.js';

const scored = (iou: number) => ({ predictedIou: 0.5, iou });

describe('summarize', () => {
  it('answers means over objects: IoU after clicks, best candidate, box', () => {
    const { all } = summarize([
      resultOf([0.2, 0, 0.4, 0, 0.6, 0, 0, 0, 0, 0.8], { candidates: [scored(0.2), scored(0.5)], box: scored(0.3) }),
      resultOf([0.4, 0, 0.6, 0, 0.8, 0, 0, 0, 0, 0.9], { candidates: [scored(0.4), scored(0.1)], box: scored(0.5) }),
    ]);
    expect(all.objects).toBe(2);
    expect(all.iouAfterClicks[1]).toBeCloseTo(0.3);
    expect(all.iouAfterClicks[3]).toBeCloseTo(0.5);
    expect(all.iouAfterClicks[5]).toBeCloseTo(0.7);
    expect(all.iouAfterClicks[10]).toBeCloseTo(0.85);
    expect(all.bestCandidateIou).toBeCloseTo(0.45);
    expect(all.boxIou).toBeCloseTo(0.4);
  });

  it('counts clicks to a target, and 20 for an object that does not come to it', () => {
    const { all } = summarize([resultOf([0.5, 0.8, 0.86, 0.7]), resultOf([0.9]), resultOf([0.1, 0.2])]);
    expect(all.clicksToTarget).toEqual({ 0.8: (2 + 1 + 20) / 3, 0.85: (3 + 1 + 20) / 3, 0.9: (20 + 1 + 20) / 3 });
    expect(all.missedTarget).toEqual({ 0.8: 1 / 3, 0.85: 1 / 3, 0.9: 2 / 3 });
  });

  it('keeps the last IoU of an object at which there was nothing left to click', () => {
    expect(summarize([resultOf([0.7, 1])]).all.iouAfterClicks).toEqual({ 1: 0.7, 3: 1, 5: 1, 10: 1 });
  });

  it('tells sources and sizes apart', () => {
    const { bySource, bySize } = summarize([
      resultOf([0.1], { source: 'x', share: 0.0099 }),
      resultOf([0.2], { source: 'x', share: 0.01 }),
      resultOf([0.3], { source: 'y', share: 0.0999 }),
      resultOf([0.4], { source: 'y', share: 1 }),
    ]);
    const told = (groups: typeof bySource) =>
      Object.entries(groups).map(([name, { objects, iouAfterClicks }]) => [
        name,
        objects,
        iouAfterClicks[1].toFixed(2),
      ]);
    expect(told(bySource)).toEqual([
      ['x', 2, '0.15'],
      ['y', 2, '0.35'],
    ]);
    expect(told(bySize)).toEqual([
      ['below 1 %', 1, '0.10'],
      ['1 to 10 %', 2, '0.25'],
      ['10 % and more', 1, '0.40'],
    ]);
    expect(Object.keys(summarize([resultOf([1], { share: 0.5 })]).bySize)).toEqual(['10 % and more']);
  });
});
