import type { ObjectResult, Scored } from './result.js';
import { correlation, mean } from './statistics.js';

const BINS = 10;

export interface CalibrationBin {
  /** Predicted IoUs from here up to, and without, `to`; the last bin holds 1 too. */
  readonly from: number;
  readonly to: number;
  readonly masks: number;
  readonly meanPredictedIou: number;
  readonly meanIou: number;
}

/** How well predicted IoUs tell true ones. */
export interface Calibration {
  readonly masks: number;
  /** Mean over all masks of how far the mean prediction of their bin is from the mean IoU of it (Naeini et al. 2015). */
  readonly expectedCalibrationError: number;
  /** Pearson's, over single masks; null where one side does not vary. */
  readonly correlation: number | null;
  /** Those that hold a mask. */
  readonly bins: readonly CalibrationBin[];
}

/** The first click apart from the others, since it is the ambiguous one, and there the prediction chooses the mask. */
export interface Calibrations {
  /** The model's own choice after the first click. */
  readonly firstChoice: Calibration;
  /** All candidates of the first click. */
  readonly firstCandidates: Calibration;
  /** After each later click. */
  readonly laterClicks: Calibration;
  readonly box: Calibration;
}

export function calibrate(results: readonly ObjectResult[]): Calibrations {
  return {
    firstChoice: calibrationOf(results.flatMap(({ clicks }) => clicks.slice(0, 1))),
    firstCandidates: calibrationOf(results.flatMap(({ candidates }) => candidates)),
    laterClicks: calibrationOf(results.flatMap(({ clicks }) => clicks.slice(1))),
    box: calibrationOf(results.map(({ box }) => box)),
  };
}

function calibrationOf(masks: readonly Scored[]): Calibration {
  const bins = Array.from({ length: BINS }, (_, bin): CalibrationBin => {
    const inside = masks.filter(({ predictedIou }) => Math.min(BINS - 1, Math.floor(predictedIou * BINS)) === bin);
    return {
      from: bin / BINS,
      to: (bin + 1) / BINS,
      masks: inside.length,
      meanPredictedIou: mean(inside.map(({ predictedIou }) => predictedIou)),
      meanIou: mean(inside.map(({ iou }) => iou)),
    };
  }).filter((bin) => bin.masks > 0);
  const errors = bins.map((bin) => bin.masks * Math.abs(bin.meanPredictedIou - bin.meanIou));
  return {
    masks: masks.length,
    expectedCalibrationError: errors.reduce((sum, error) => sum + error, 0) / Math.max(1, masks.length),
    correlation: correlation(masks.map(({ predictedIou, iou }) => [predictedIou, iou])),
    bins,
  };
}
