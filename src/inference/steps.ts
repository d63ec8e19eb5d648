import { LRUCache } from 'lru-cache';
import { chooseMasks, toCandidate, type ChosenMask } from './candidates.js';
import type { Candidate, DecodeStep } from './inference.js';
import type { DecodeItem, Embedding, LowResolutionMasks, SegmentationModel } from './model.js';

/**
 * The steps of a request that can matter to its last one: none before a mask prompt, whose mask takes the place of
 * earlier logits, and at most the last `limit`.
 */
export function relevantSteps(steps: readonly DecodeStep[], limit: number): readonly DecodeStep[] {
  const begin = steps.findLastIndex(({ prompts }) => prompts.some(({ kind }) => kind === 'mask'));
  return steps.slice(Math.max(0, begin, steps.length - limit));
}

/** The masks that recent steps offered, by step key; the least recently used go first beyond a budget of bytes. */
export class StepMasks {
  private readonly masks: LRUCache<string, readonly ChosenMask[]>;

  constructor(maxBytes: number) {
    this.masks = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (masks) => masks.reduce((bytes, { logits }) => bytes + logits.byteLength, 0),
    });
  }

  get(key: string): readonly ChosenMask[] | undefined {
    return this.masks.get(key);
  }

  set(key: string, masks: readonly ChosenMask[]): void {
    this.masks.set(key, masks);
  }

  forget(keyPrefix: string): void {
    for (const key of this.masks.keys()) if (key.startsWith(keyPrefix)) this.masks.delete(key);
  }
}

/** One request on its way through the steps that have to be run. */
interface Chain {
  readonly embedding: Embedding;
  readonly steps: readonly DecodeStep[];
  /** Index of the step that runs next. */
  next: number;
  /** Logits that this step refines. */
  previousLogits: Float32Array | null;
  outcome: readonly Candidate[] | Error | undefined;
}

/**
 * Decodes the last step of each request. Steps before it are run again only where their logits are gone, the first
 * missing ones of all requests in one batch, then the second ones, and so on. A request that cannot be decoded answers
 * an Error; the others are not touched by it.
 */
export async function decodeSteps(
  model: SegmentationModel,
  kept: StepMasks,
  requests: readonly { readonly embedding: Embedding; readonly steps: readonly DecodeStep[] }[],
): Promise<(readonly Candidate[] | Error)[]> {
  const chains = requests.map((request) => startOf(request, kept));
  for (;;) {
    const running = chains.filter(({ outcome }) => outcome === undefined);
    if (running.length === 0) break;
    const items = running.map(itemOf);
    const results = await decodeEach(model, items);
    results.forEach((result, i) => advance(model, kept, running[i] as Chain, items[i] as DecodeItem, result));
  }
  return chains.map(({ outcome }) => outcome as readonly Candidate[] | Error);
}

function startOf({ embedding, steps }: { embedding: Embedding; steps: readonly DecodeStep[] }, kept: StepMasks): Chain {
  const chain: Chain = { embedding, steps, next: 0, previousLogits: null, outcome: undefined };
  for (let next = steps.length - 1; next > 0; next--) {
    const { key, selected } = steps[next - 1] as DecodeStep;
    const logits = kept.get(key)?.[selected]?.logits;
    if (logits) return { ...chain, next, previousLogits: logits };
  }
  if (steps.length === 0) chain.outcome = new Error('expected at least one step, but got none.');
  return chain;
}

function itemOf({ embedding, steps, next, previousLogits }: Chain): DecodeItem {
  return { embedding, prompts: (steps[next] as DecodeStep).prompts, previousLogits };
}

/** All in one batch; where that fails, each alone, so that only the bad ones fail. */
async function decodeEach(
  model: SegmentationModel,
  items: readonly DecodeItem[],
): Promise<(LowResolutionMasks | Error)[]> {
  try {
    return await model.decode(items);
  } catch (cause) {
    if (items.length === 1) return [cause instanceof Error ? cause : new Error(String(cause))];
    const results: (LowResolutionMasks | Error)[] = [];
    for (const item of items) results.push(...(await decodeEach(model, [item])));
    return results;
  }
}

/** Keeps what a step gave, and moves its chain to the next step or to its outcome. */
function advance(
  model: SegmentationModel,
  kept: StepMasks,
  chain: Chain,
  item: DecodeItem,
  result: LowResolutionMasks | Error,
): void {
  if (result instanceof Error) {
    chain.outcome = result;
    return;
  }
  const masks = chooseMasks(item, result);
  const { key, selected } = chain.steps[chain.next] as DecodeStep;
  kept.set(key, masks);
  chain.next++;
  if (chain.next === chain.steps.length) {
    chain.outcome = masks.map((mask) => toCandidate(mask, chain.embedding, model.sizes));
    return;
  }
  const refined = masks[selected];
  if (refined) chain.previousLogits = refined.logits;
  else chain.outcome = new Error(`expected step "${key}" to have a candidate ${selected}, but it has ${masks.length}.`);
}
