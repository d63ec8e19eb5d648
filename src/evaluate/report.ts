import type { ModelFiles } from '#src/models/manifest.js';
import { calibrate, type Calibrations } from './calibration.js';
import type { DataSet } from './dataSet.js';
import type { ObjectResult } from './result.js';
import { quantile } from './statistics.js';
import { summarize, type Summaries } from './summary.js';

/** Milliseconds. */
interface Times {
  readonly samples: number;
  readonly median: number;
  readonly p95: number;
}

export interface Report {
  readonly model: { readonly id: string; readonly fingerprint: string };
  readonly data: { readonly fingerprint: string; readonly images: number; readonly objects: number };
  readonly summary: Summaries;
  readonly calibration: Calibrations;
  readonly times: {
    /** For each image: reading, resizing and encoding it. */
    readonly encodeMs: Times;
    /** For each object in a decode: from prompts to full-size masks. */
    readonly decodeMs: Times;
  };
  /** In the order of the data set. */
  readonly objects: readonly ObjectResult[];
}

/** @param objects at least one. */
export function reportOf(model: ModelFiles, data: DataSet, objects: readonly ObjectResult[]): Report {
  const encodes = new Map(objects.map(({ image, encodeMs }) => [image, encodeMs]));
  return {
    model: { id: model.id, fingerprint: model.fingerprint },
    data: { fingerprint: data.fingerprint, images: data.images.length, objects: objects.length },
    summary: summarize(objects),
    calibration: calibrate(objects),
    times: {
      encodeMs: timesOf([...encodes.values()]),
      decodeMs: timesOf(objects.flatMap(({ decodeMs }) => decodeMs)),
    },
    objects,
  };
}

function timesOf(values: readonly number[]): Times {
  return { samples: values.length, median: quantile(values, 0.5), p95: quantile(values, 0.95) };
}
