import type { DecodeRequest, DecodeStep } from '#src/inference/inference.js';
import type { Prompt } from '#src/inference/prompts.js';
import type { CandidatesProduced, StoredPrompt } from './events.js';
import type { Refinement, SegmentedObject } from './object.js';

/** The decode that an object waits for. */
export interface PendingDecode {
  /** The object revision that it answers. */
  readonly revision: number;
  readonly prompts: readonly StoredPrompt[];
  /** The chain of decodes before it, the last of which it refines. */
  readonly base: readonly Refinement[];
}

/** What has to be decoded so that the object's candidates answer its prompts; null where they do or cannot. */
export function nextDecode(object: SegmentedObject | undefined): PendingDecode | null {
  if (!object?.exists || object.prompts.length === 0) return null;
  const settled = Math.max(object.candidatesRevision ?? 0, object.failed?.revision ?? 0);
  if (settled >= object.promptsRevision) return null;
  return { revision: object.promptsRevision, prompts: object.prompts, base: chainBefore(object, object.prompts) };
}

/**
 * The decodes that lead to these prompts: the object's chain up to the last whose prompts are all among them, with
 * something new to say. So a prompt that was taken back leaves no trace in the mask, and the same prompts, given
 * again, give the same mask.
 */
export function chainBefore(
  object: SegmentedObject,
  prompts: readonly { readonly id: string }[],
): readonly Refinement[] {
  const ids = new Set(prompts.map(({ id }) => id));
  const chain = object.refinements.map((step) =>
    step.revision === object.candidatesRevision ? { ...step, selected: object.selected } : step,
  );
  const end = chain.findLastIndex(
    (step) => step.prompts.length < ids.size && step.prompts.every(({ id }) => ids.has(id)),
  );
  return chain.slice(0, end + 1);
}

/** The request for the decoder: the chain, then the prompts asked about under the key given. */
export function requestFor(
  { imageId, keyPrefix }: { readonly imageId: string; readonly keyPrefix: string },
  base: readonly Refinement[],
  asked: { readonly key: string; readonly prompts: readonly Prompt[] },
): DecodeRequest {
  const steps: DecodeStep[] = base.map(({ revision, prompts, selected }) => ({
    key: `${keyPrefix}${revision}`,
    prompts,
    selected,
  }));
  return { imageId, steps: [...steps, { key: `${keyPrefix}${asked.key}`, prompts: asked.prompts, selected: 0 }] };
}

/** Whether an answer still means something: every prompt that it answers is still there. */
export function stillWanted(object: SegmentedObject | undefined, { revision, prompts }: PendingDecode): boolean {
  if (!object?.exists || revision <= (object.candidatesRevision ?? 0)) return false;
  const ids = new Set(object.prompts.map(({ id }) => id));
  return prompts.every(({ id }) => ids.has(id));
}

export function candidatesProduced(
  objectId: string,
  { revision, prompts, base }: PendingDecode,
  candidates: CandidatesProduced['candidates'],
): CandidatesProduced {
  const last = base.at(-1);
  return {
    type: 'CandidatesProduced',
    objectId,
    revision,
    promptIds: prompts.map(({ id }) => id),
    refined: last ? { revision: last.revision, selected: last.selected } : null,
    candidates,
  };
}
