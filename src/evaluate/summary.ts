import type { ObjectResult } from './result.js';
import { mean } from './statistics.js';

/** Clicks after which the mean IoU is told. */
export const TOLD_CLICKS = [1, 3, 5, 10] as const;
/** IoUs to which clicks are counted. */
export const TARGETS = [0.8, 0.85, 0.9] as const;
/** What counts for an object that does not come to a target. */
const MOST_CLICKS = 20;

/** Means over objects. IoUs are 0..1. */
export interface Summary {
  readonly objects: number;
  /** Of the model's own choice, by number of clicks. */
  readonly iouAfterClicks: Readonly<Record<(typeof TOLD_CLICKS)[number], number>>;
  /** Of the best of the candidates that the first click gave: what a person who always chooses well would get. */
  readonly bestCandidateIou: number;
  readonly boxIou: number;
  /** NoC: clicks until the IoU is at least the target; 20 where it never is. */
  readonly clicksToTarget: Readonly<Record<string, number>>;
  /** Share of objects that do not come to the target within 20 clicks. */
  readonly missedTarget: Readonly<Record<string, number>>;
}

/** Objects by the share of the image that they cover. */
const SIZES = [
  { name: 'below 1 %', below: 0.01 },
  { name: '1 to 10 %', below: 0.1 },
  { name: '10 % and more', below: Infinity },
] as const;

export interface Summaries {
  readonly all: Summary;
  /** By source, in the order of their names. */
  readonly bySource: Readonly<Record<string, Summary>>;
  /** By share of the image, smallest first; sizes without objects are left out. */
  readonly bySize: Readonly<Record<string, Summary>>;
}

/** @param results at least one. */
export function summarize(results: readonly ObjectResult[]): Summaries {
  const sources = [...new Set(results.map(({ source }) => source))].sort();
  return {
    all: summaryOf(results),
    bySource: summariesBy(results, sources, ({ source }) => source),
    bySize: summariesBy(
      results,
      SIZES.map(({ name }) => name),
      sizeOf,
    ),
  };
}

function summariesBy(
  results: readonly ObjectResult[],
  names: readonly string[],
  nameOf: (result: ObjectResult) => string | undefined,
): Record<string, Summary> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const group = results.filter((result) => nameOf(result) === name);
      return group.length > 0 ? [[name, summaryOf(group)]] : [];
    }),
  );
}

function sizeOf({ share }: ObjectResult): string | undefined {
  return SIZES.find(({ below }) => share < below)?.name;
}

function summaryOf(results: readonly ObjectResult[]): Summary {
  const over = (valueOf: (result: ObjectResult) => number) => mean(results.map(valueOf));
  const byTarget = (valueOf: (result: ObjectResult, target: number) => number) =>
    Object.fromEntries(TARGETS.map((target) => [String(target), over((result) => valueOf(result, target))]));
  const afterClicks = (count: number) => over((result) => iouAfter(result, count));
  return {
    objects: results.length,
    iouAfterClicks: { 1: afterClicks(1), 3: afterClicks(3), 5: afterClicks(5), 10: afterClicks(10) },
    bestCandidateIou: over(({ candidates }) => Math.max(...candidates.map(({ iou }) => iou))),
    boxIou: over(({ box }) => box.iou),
    clicksToTarget: byTarget((result, target) => clicksTo(result, target) ?? MOST_CLICKS),
    missedTarget: byTarget((result, target) => (clicksTo(result, target) === null ? 1 : 0)),
  };
}

/** After fewer clicks where no error was left to click at: the mask stays. */
export function iouAfter({ clicks }: ObjectResult, count: number): number {
  return clicks[Math.min(count, clicks.length) - 1]?.iou ?? 0;
}

function clicksTo({ clicks }: ObjectResult, target: number): number | null {
  const first = clicks.findIndex(({ iou }) => iou >= target);
  return first < 0 ? null : first + 1;
}
