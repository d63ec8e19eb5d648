import type { FramePrompts } from './framePrompts.js';
import type { DecodeItem, FloatTensor, LowResolutionMasks } from './model.js';

type Tensors = Readonly<Record<string, FloatTensor>>;

/** An item on its way into a run. */
export interface Entry {
  readonly item: DecodeItem;
  readonly prompts: FramePrompts;
}

/**
 * Prompts whose numbers of points lie in one of these ranges run together. Padding changes no mask, but a long item
 * would make short ones beside it as slow as itself: 32 points were measured to cost 1.5 times what 8 cost.
 */
const POINT_COUNT_STEPS = [8, 32, 128, Infinity] as const;

/** Which items run together, as far as the number of points goes. */
export function lengthStep({ labels }: FramePrompts): number {
  return POINT_COUNT_STEPS.findIndex((most) => labels.length <= most);
}

/**
 * Runs items that agree in every key together, one group after the other.
 * @param run answers a group in its order.
 * @returns the answers in the order of the items.
 */
export async function runInGroups<Item, Answer>(
  items: readonly Item[],
  keys: readonly ((item: Item) => unknown)[],
  run: (group: readonly Item[]) => Promise<readonly Answer[]>,
): Promise<Answer[]> {
  let groups = [items.map((item, index) => ({ item, index }))];
  for (const keyOf of keys) groups = groups.flatMap((group) => groupBy(group, ({ item }) => keyOf(item)));
  const answers: Answer[] = [];
  for (const group of groups) {
    const ofGroup = await run(group.map(({ item }) => item));
    ofGroup.forEach((answer, i) => (answers[group[i]?.index ?? -1] = answer));
  }
  return answers;
}

/** Items in groups of one key, in the order of the first of each. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => unknown): T[][] {
  const groups = new Map<unknown, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

/**
 * `points` [N, P, 2] and `labels` [N, P], where P is the most points of any, at least 1.
 * @param padding label of the points that only fill up: the graph keeps them out of its attention.
 */
export function stackPoints(prompts: readonly FramePrompts[], padding: number): Tensors {
  const n = prompts.length;
  const p = Math.max(1, ...prompts.map(({ labels }) => labels.length));
  const points = new Float32Array(n * p * 2);
  const labels = new Float32Array(n * p).fill(padding);
  prompts.forEach((item, row) => {
    points.set(item.points, row * p * 2);
    labels.set(item.labels, row * p);
  });
  return { points: { data: points, dims: [n, p, 2] }, labels: { data: labels, dims: [n, p] } };
}

/** `mask` [N, 1, grid, grid] and `has_mask` [N]: 1 with the item's logits, 0 with zeros where it has none. */
export function stackMasks(prompts: readonly FramePrompts[], grid: number): Tensors {
  const n = prompts.length;
  const mask = new Float32Array(n * grid * grid);
  const hasMask = new Float32Array(n);
  prompts.forEach((item, row) => {
    if (item.mask === null) return;
    mask.set(item.mask, row * grid * grid);
    hasMask[row] = 1;
  });
  return { mask: { data: mask, dims: [n, 1, grid, grid] }, has_mask: { data: hasMask, dims: [n] } };
}

/** The rows of a decoder's answer: `masks` [N, M, grid, grid] logits and `ious` [N, M]. */
export function maskRows(masks: FloatTensor | undefined, ious: FloatTensor | undefined): LowResolutionMasks[] {
  const [rows, count] = ious?.dims ?? [];
  if (masks === undefined || ious === undefined || rows === undefined || count === undefined) {
    throw new Error('expected masks and predicted IoUs among the outputs of the decoder.');
  }
  const cells = masks.data.length / ious.data.length;
  return Array.from({ length: rows }, (_, row) => ({
    logits: Array.from({ length: count }, (_, mask) => {
      const begin = (row * count + mask) * cells;
      // A copy: kept logits must not keep the whole batch's buffer alive.
      return masks.data.slice(begin, begin + cells);
    }),
    predictedIous: Array.from(ious.data.subarray(row * count, (row + 1) * count)),
  }));
}
