import { LRUCache } from 'lru-cache';
import { rankMasks, toCandidate, type RankedMask } from './candidates.js';
import { asError } from './failures.js';
import type { Candidate, DecodeStep } from './inference.js';
import type { Embedding, LowResolutionMasks, SegmentationModel } from './model.js';

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
  private readonly masks: LRUCache<string, readonly RankedMask[]>;

  constructor(maxBytes: number) {
    this.masks = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (masks) => masks.reduce((bytes, { logits }) => bytes + logits.byteLength, 0),
    });
  }

  get(key: string): readonly RankedMask[] | undefined {
    return this.masks.get(key);
  }

  set(key: string, masks: readonly RankedMask[]): void {
    this.masks.set(key, masks);
  }

  forget(keyPrefix: string): void {
    for (const key of this.masks.keys()) if (key.startsWith(keyPrefix)) this.masks.delete(key);
  }
}

/** A request whose embedding is at hand. */
export interface StepRequest {
  readonly embedding: Embedding;
  /** See `DecodeRequest`. */
  readonly steps: readonly DecodeStep[];
}

/** A request on its way through the steps that have to be run. */
interface Chain {
  readonly embedding: Embedding;
  /** The first one runs next. */
  steps: readonly DecodeStep[];
  /** Logits that it refines. */
  previousLogits: Float32Array | null;
  outcome: readonly Candidate[] | Error | null;
}

/**
 * Decodes the last step of each request. Steps before it are run again only where their logits are gone, the first
 * missing ones of all requests in one batch, then the second ones, and so on. A request that cannot be decoded answers
 * an Error; the others are not touched by it.
 */
export async function decodeSteps(
  model: SegmentationModel,
  kept: StepMasks,
  requests: readonly StepRequest[],
): Promise<(readonly Candidate[] | Error)[]> {
  const chains = requests.map((request) => chainOf(request, kept));
  for (let running = unfinished(chains); running.length > 0; running = unfinished(chains)) {
    for (const { chain, result } of await decodeNext(model, running)) {
      try {
        if (result instanceof Error) throw result;
        advance(model, kept, chain, result);
      } catch (error) {
        chain.outcome = asError(error);
      }
    }
  }
  return chains.map(({ outcome }) => outcome ?? new Error('expected an outcome for every request.'));
}

function unfinished(chains: readonly Chain[]): Chain[] {
  return chains.filter(({ outcome }) => outcome === null);
}

/** Leaves out the steps up to the last one whose logits are kept. */
function chainOf({ embedding, steps }: StepRequest, kept: StepMasks): Chain {
  const earlier = steps.slice(0, -1);
  const logitsOf = ({ key, selected }: DecodeStep) => kept.get(key)?.[selected]?.logits ?? null;
  const last = earlier.findLastIndex((step) => logitsOf(step) !== null);
  const refined = earlier[last];
  return {
    embedding,
    steps: steps.slice(last + 1),
    previousLogits: refined ? logitsOf(refined) : null,
    outcome: null,
  };
}

interface Decoded {
  readonly chain: Chain;
  readonly result: LowResolutionMasks | Error;
}

/** The next step of every chain, all in one batch; where that fails, each alone, so that only the bad ones fail. */
async function decodeNext(model: SegmentationModel, chains: readonly Chain[]): Promise<Decoded[]> {
  try {
    const results = await model.decode(
      chains.map(({ embedding, steps, previousLogits }) => ({
        embedding,
        prompts: steps[0]?.prompts ?? [],
        previousLogits,
      })),
    );
    return chains.map((chain, i) => ({ chain, result: results[i] ?? new Error('expected a result.') }));
  } catch (error) {
    if (chains.length === 1) return chains.map((chain) => ({ chain, result: asError(error) }));
    const each: Decoded[] = [];
    for (const chain of chains) each.push(...(await decodeNext(model, [chain])));
    return each;
  }
}

/** Keeps what a step gave, and moves its chain to the next step or to its outcome. */
function advance(model: SegmentationModel, kept: StepMasks, chain: Chain, result: LowResolutionMasks): void {
  const masks = rankMasks(result);
  const [step, ...later] = chain.steps;
  if (step === undefined) throw new Error('expected at least one step, but got none.');
  kept.set(step.key, masks);
  if (later.length === 0) {
    chain.outcome = masks.map((mask) => toCandidate(mask, chain.embedding, model.sizes));
    return;
  }
  const refined = masks[step.selected];
  if (refined === undefined) {
    throw new Error(`expected step "${step.key}" to have a candidate ${step.selected}, but it has ${masks.length}.`);
  }
  chain.steps = later;
  chain.previousLogits = refined.logits;
}
