import { rankMasks, toCandidate } from '#src/inference/candidates.js';
import type { DecodeItem, Embedding, SegmentationModel } from '#src/inference/model.js';
import { decodeRle, type RunLengths } from '#src/masks/rle.js';
import { Course, MAX_CLICKS, type Offer } from './course.js';
import type { Click, Trial } from './result.js';

export interface ProtocolOptions {
  /** How many objects are decoded together; at least 1. All of a batch have the same number of prompts. */
  readonly batchSize: number;
  readonly maxClicks?: number;
  /** Told the mask that the model chose for object `index` after these clicks, at the size of the original. */
  readonly onMask?: (index: number, clicks: readonly Click[], mask: RunLengths) => void;
}

/**
 * The interactive protocol that Segment Anything and those after it are measured with. The first click is at the centre
 * of the object, each later one at the centre of the largest error: of what the mask misses and what it has too much,
 * the one that reaches farther inside. The mask of each step is the model's own choice, and its logits are refined by
 * the next step. It ends early where no error is left. Besides, once, a tight box around the object.
 *
 * Everything between prompt and mask is the code that serves people; IoUs are taken at the size of the original.
 * @param truths not empty, at the size of the original.
 * @returns one for each of `truths`.
 */
export async function runProtocol(
  model: SegmentationModel,
  embedding: Embedding,
  truths: readonly RunLengths[],
  { batchSize, maxClicks = MAX_CLICKS, onMask }: ProtocolOptions,
): Promise<Trial[]> {
  const courses = truths.map((truth, index) => ({ index, course: new Course(embedding, truth) }));
  const boxes = courses.map(({ course }) => ({ course, item: course.boxItem() }));
  for (const { course, offers, ms } of await decode(model, boxes, batchSize)) course.takeBox(offers, ms);
  for (let count = 1; count <= maxClicks; count++) {
    const running = courses.flatMap(({ index, course }) => {
      const item = course.nextItem();
      return item ? [{ index, course, item }] : [];
    });
    for (const { index, course, offers, ms } of await decode(model, running, batchSize)) {
      const mask = course.take(offers, ms);
      onMask?.(index, course.clicks, mask);
    }
  }
  return courses.map(({ course }) => course.trial());
}

/** Decodes the items of all entries, in batches, and answers each entry with what it was offered. */
async function decode<T extends { readonly item: DecodeItem }>(
  model: SegmentationModel,
  entries: readonly T[],
  batchSize: number,
): Promise<(T & { offers: Offer[]; ms: number })[]> {
  const answers: (T & { offers: Offer[]; ms: number })[] = [];
  for (let begin = 0; begin < entries.length; begin += batchSize) {
    const batch = entries.slice(begin, begin + batchSize);
    const items = batch.map(({ item }) => item);
    const started = performance.now();
    // The runtime multiplies a single row by another routine than several, which rounds otherwise. So an item without
    // company gets its own copy for one, and what is measured does not depend on the size of the batches.
    const results = await model.decode(items.length === 1 ? [...items, ...items] : items);
    const candidates = batch.map(({ item }, i) => {
      const result = results[i];
      if (result === undefined) throw new Error('expected a result for every item.');
      return rankMasks(result).map((mask) => ({
        logits: mask.logits,
        candidate: toCandidate(mask, item.embedding, model.sizes),
      }));
    });
    const ms = (performance.now() - started) / batch.length;
    batch.forEach((entry, i) => {
      const offers = (candidates[i] ?? []).map(({ logits, candidate: { predictedIou, rle } }) => ({
        predictedIou,
        logits,
        mask: decodeRle(rle),
      }));
      answers.push({ ...entry, offers, ms });
    });
  }
  return answers;
}
