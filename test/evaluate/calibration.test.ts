import { describe, expect, it } from 'vitest';
import { calibrate } from '#src/evaluate/calibration.js';
import { resultOf } from './support.js';

const boxes = (...pairs: (readonly [predictedIou: number, iou: number])[]) =>
  calibrate(pairs.map(([predictedIou, iou]) => resultOf([0.5], { box: { predictedIou, iou } }))).box;

describe('calibrate', () => {
  it('compares prediction and truth in bins of a tenth, weighed by their masks', () => {
    const { masks, expectedCalibrationError, bins } = boxes([0.1, 0.3], [0.14, 0.5], [0.19, 0.1], [1, 0.8]);
    expect(masks).toBe(4);
    expect(bins.map(({ from, to, masks: count }) => [from, to, count])).toEqual([
      [0.1, 0.2, 3],
      [0.9, 1, 1],
    ]);
    expect(bins[0]?.meanPredictedIou).toBeCloseTo(0.43 / 3);
    expect(bins[0]?.meanIou).toBeCloseTo(0.3);
    expect(expectedCalibrationError).toBeCloseTo((3 * (0.3 - 0.43 / 3) + 0.2) / 4);
  });

  it('answers Pearson’s correlation, and null where one side does not vary', () => {
    expect(boxes([0.1, 0.2], [0.2, 0.3], [0.3, 0.4]).correlation).toBeCloseTo(1);
    expect(boxes([0.1, 0.4], [0.2, 0.3], [0.3, 0.2]).correlation).toBeCloseTo(-1);
    expect(boxes([0.1, 0.1], [0.2, 0.3], [0.3, 0.1]).correlation).toBeCloseTo(0);
    expect(boxes([0.5, 0.1], [0.5, 0.9]).correlation).toBeNull();
  });

  it('tells the first choice, all first candidates, later clicks and boxes apart', () => {
    const scored = { predictedIou: 0.5, iou: 0.5 };
    const calibrations = calibrate([resultOf([0.1, 0.2, 0.3], { candidates: [scored, scored, scored] })]);
    expect(Object.entries(calibrations).map(([name, { masks }]: [string, { masks: number }]) => [name, masks])).toEqual(
      [
        ['firstChoice', 1],
        ['firstCandidates', 3],
        ['laterClicks', 2],
        ['box', 1],
      ],
    );
  });
});
