import type { Candidate } from '#src/inference/inference.js';
import type { Prompt } from '#src/inference/prompts.js';
import type { CandidatesProduced, Change, DecodeFailed, Failure, StoredPrompt } from './events.js';
import type { Participant } from './participant.js';

/** A change as the object remembers it, so that it can be taken back and done again. */
export interface Step {
  /** Session revision of its event: names the step. */
  readonly revision: number;
  readonly at: string;
  readonly by: Participant;
  readonly change: Change;
}

/** One answered decode in the chain that led to the candidates: the next one refines its selected candidate. */
export interface Refinement {
  /** The object revision whose prompts it answered. */
  readonly revision: number;
  readonly prompts: readonly StoredPrompt[];
  /** Index of the candidate that was chosen when the next decode began. */
  readonly selected: number;
}

/**
 * An object within a session's state. What people see of it is derived from the steps that are not undone, so undo is
 * never an inverse operation that could go wrong: the step is left out, and what others did stands.
 */
export interface SegmentedObject {
  readonly id: string;
  readonly createdBy: Participant;
  /** How often people changed it, undo and redo counted. */
  readonly revision: number;
  readonly steps: readonly Step[];
  /** Session revisions of the steps taken back. */
  readonly undone: ReadonlySet<number>;
  /** Whether it is there: a step that gave it prompts stands and no removal does. */
  readonly exists: boolean;
  readonly status: 'DRAFT' | 'ACCEPTED';
  readonly label: string | null;
  readonly prompts: readonly StoredPrompt[];
  /** Object revision at which `prompts` last changed. */
  readonly promptsRevision: number;
  /** Best first. */
  readonly candidates: readonly Candidate[];
  /** Object revision whose prompts `candidates` answer; null where there are none. */
  readonly candidatesRevision: number | null;
  /** Index into `candidates`. */
  readonly selected: number;
  /** The chain of decodes that ends in `candidates`. */
  readonly refinements: readonly Refinement[];
  /** The object revision that could not be answered, and why. */
  readonly failed: (Failure & { readonly revision: number }) | null;
}

export function newObject(id: string, createdBy: Participant): SegmentedObject {
  return {
    id,
    createdBy,
    revision: 0,
    steps: [],
    undone: new Set(),
    exists: false,
    status: 'DRAFT',
    label: null,
    prompts: [],
    promptsRevision: 0,
    candidates: [],
    candidatesRevision: null,
    selected: 0,
    refinements: [],
    failed: null,
  };
}

export function withStep(object: SegmentedObject, step: Step): SegmentedObject {
  return derive({ ...object, revision: object.revision + 1, steps: [...object.steps, step] });
}

/** Takes a step back (`standing` false) or does it again (true). */
export function withStanding(object: SegmentedObject, step: number, standing: boolean): SegmentedObject {
  const undone = new Set(object.undone);
  if (standing) undone.delete(step);
  else undone.add(step);
  return derive({ ...object, revision: object.revision + 1, undone });
}

export function withCandidates(object: SegmentedObject, event: CandidatesProduced): SegmentedObject {
  const { refined } = event;
  const base = refined === null ? [] : refinedChain(object.refinements, refined);
  const all = object.steps.flatMap(({ change }) => (change.type === 'PromptsAdded' ? change.prompts : []));
  const answered = new Set(event.promptIds);
  return derive({
    ...object,
    candidates: event.candidates,
    candidatesRevision: event.revision,
    refinements: [
      ...base,
      { revision: event.revision, prompts: all.filter(({ id }) => answered.has(id)), selected: 0 },
    ],
    failed: null,
  });
}

export function withFailure(object: SegmentedObject, event: DecodeFailed): SegmentedObject {
  return { ...object, failed: { ...event.failure, revision: event.revision } };
}

/** The prompts that the object's candidates answer. */
export function answeredPromptIds(object: SegmentedObject): readonly string[] {
  return object.refinements.at(-1)?.prompts.map(({ id }) => id) ?? [];
}

function sameIds(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((id, i) => id === others[i]);
}

function refinedChain(chain: readonly Refinement[], refined: { revision: number; selected: number }): Refinement[] {
  const end = chain.findIndex(({ revision }) => revision === refined.revision);
  return chain.slice(0, end + 1).map((step, i) => (i === end ? { ...step, selected: refined.selected } : step));
}

/** What people see, from the steps that stand, in their order. */
function derive(object: SegmentedObject): SegmentedObject {
  let prompts: readonly StoredPrompt[] = [];
  let label: string | null = null;
  let status: SegmentedObject['status'] = 'DRAFT';
  let given = false;
  let removed = false;
  let selected = 0;
  const answered = answeredPromptIds(object);
  for (const { revision, change } of object.steps) {
    if (object.undone.has(revision)) continue;
    switch (change.type) {
      case 'PromptsAdded':
        prompts = withPrompts(prompts, change.prompts);
        status = 'DRAFT';
        given = true;
        break;
      case 'PromptsRemoved':
        prompts = prompts.filter(({ id }) => !change.promptIds.includes(id));
        status = 'DRAFT';
        break;
      case 'CandidateSelected':
        if (sameIds(change.promptIds, answered)) selected = change.index;
        break;
      case 'ObjectAccepted':
        label = change.label;
        status = 'ACCEPTED';
        break;
      case 'ObjectRemoved':
        removed = true;
        break;
    }
  }
  const same = sameIds(
    prompts.map(({ id }) => id),
    object.prompts.map(({ id }) => id),
  );
  const answerable = prompts.length > 0;
  return {
    ...object,
    exists: given && !removed,
    status,
    label,
    prompts,
    promptsRevision: same ? object.promptsRevision : object.revision,
    candidates: answerable ? object.candidates : [],
    candidatesRevision: answerable ? object.candidatesRevision : null,
    selected: selected < object.candidates.length ? selected : 0,
  };
}

/** An object has one box and one mask at most: a new one takes the place of the old one. */
export function withPrompts<P extends Prompt>(prompts: readonly P[], added: readonly P[]): readonly P[] {
  const replaced = (kind: Prompt['kind']) =>
    (kind === 'box' || kind === 'mask') && added.some((prompt) => prompt.kind === kind);
  return [...prompts.filter(({ kind }) => !replaced(kind)), ...added];
}
