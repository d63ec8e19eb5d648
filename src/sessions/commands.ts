import { MaskwireError } from '../errors.js';
import type { Change, PromptsAdded, SessionClosed, StepRedone, StepUndone, StoredPrompt } from './events.js';
import { newObjectId, promptId } from './ids.js';
import type { SessionLimits } from './limits.js';
import { answeredPromptIds, type SegmentedObject } from './object.js';
import type { Participant } from './participant.js';
import { checkPrompts, type PromptInput } from './promptInput.js';
import { stepsOf, visibleObject, type SessionState } from './state.js';

/** Characters of a label. */
const MAX_LABEL = 200;

/** Names an object, and the revision of it that the caller last saw. */
export interface ObjectRef {
  readonly objectId: string;
  readonly expectedRevision?: number | null | undefined;
}

/**
 * A command checked against a state: the event that carries it out. Each function here is pure and either answers an
 * event or throws a MaskwireError, in which case nothing is stored.
 */
export type Command<E> = (state: SessionState, limits: SessionLimits) => E;

export function addPrompts(
  by: Participant,
  input: {
    readonly objectId?: string | null | undefined;
    readonly expectedRevision?: number | null | undefined;
    readonly prompts: readonly PromptInput[];
  },
): Command<PromptsAdded> {
  return (state, limits) => {
    assertOpen(state);
    const { objectId, expectedRevision } = input;
    const object = objectId == null ? null : objectFor(state, limits, { objectId, expectedRevision });
    const prompts = checkPrompts(state, input.prompts, limits.promptsPerCall);
    if (object === null && state.objects.size >= limits.objectsPerSession) {
      throw tooLarge('objectsPerSession', limits.objectsPerSession, 'objects in a session');
    }
    if ((object?.prompts.length ?? 0) + prompts.length > limits.promptsPerObject) {
      throw tooLarge('promptsPerObject', limits.promptsPerObject, 'prompts for an object');
    }
    const stored = prompts.map((prompt, i): StoredPrompt => ({ ...prompt, id: promptId(state, i), createdBy: by }));
    return { type: 'PromptsAdded', objectId: object?.id ?? newObjectId(state), prompts: stored };
  };
}

export function removePrompts(
  input: ObjectRef & { readonly promptIds?: readonly string[] | null | undefined },
): Command<Change> {
  return (state, limits) => {
    const object = objectFor(state, limits, input);
    const present = object.prompts.map(({ id }) => id);
    const promptIds = input.promptIds ?? present;
    const unknown = promptIds.find((id) => !present.includes(id));
    if (unknown !== undefined) {
      throw new MaskwireError('NOT_FOUND', `promptIds: object ${object.id} has no prompt ${unknown}.`);
    }
    if (promptIds.length === 0) {
      throw new MaskwireError(
        'BAD_USER_INPUT',
        `promptIds: expected at least one prompt of object ${object.id}, got none.`,
      );
    }
    return { type: 'PromptsRemoved', objectId: object.id, promptIds };
  };
}

export function selectCandidate(input: ObjectRef & { readonly index: number }): Command<Change> {
  return (state, limits) => {
    const object = objectFor(state, limits, input);
    const count = object.candidates.length;
    if (!(input.index >= 0 && input.index < count)) {
      const expected = count === 0 ? 'the object has no candidates yet' : `expected 0 to ${count - 1}`;
      throw new MaskwireError('BAD_USER_INPUT', `index: ${expected}; got ${input.index}.`);
    }
    return {
      type: 'CandidateSelected',
      objectId: object.id,
      index: input.index,
      promptIds: answeredPromptIds(object),
    };
  };
}

export function acceptObject(input: ObjectRef & { readonly label?: string | null | undefined }): Command<Change> {
  return (state, limits) => {
    const object = objectFor(state, limits, input);
    if (object.prompts.length === 0) {
      throw new MaskwireError(
        'BAD_USER_INPUT',
        `objectId: object ${object.id} has no prompts, so there is no mask to accept.`,
      );
    }
    const label = input.label ?? object.label;
    if (label !== null && (label.trim() === '' || label.length > MAX_LABEL)) {
      throw new MaskwireError('BAD_USER_INPUT', `label: expected 1 to ${MAX_LABEL} characters, got ${label.length}.`);
    }
    return { type: 'ObjectAccepted', objectId: object.id, label };
  };
}

export function removeObject(input: ObjectRef): Command<Change> {
  return (state, limits) => ({ type: 'ObjectRemoved', objectId: objectFor(state, limits, input).id });
}

/** Null where the caller has nothing to take back. */
export function undo(by: Participant): Command<StepUndone | null> {
  return (state) => {
    assertOpen(state);
    const ref = stepsOf(state, by.id).undoable.at(-1);
    return ref ? { type: 'StepUndone', ...ref } : null;
  };
}

/** Null where the caller has nothing to do again. */
export function redo(by: Participant): Command<StepRedone | null> {
  return (state) => {
    assertOpen(state);
    const ref = stepsOf(state, by.id).redoable.at(-1);
    return ref ? { type: 'StepRedone', ...ref } : null;
  };
}

/** Null where the session is closed already: closing twice is no error. */
export function closeSession(): Command<SessionClosed | null> {
  return (state) => (state.status === 'CLOSED' ? null : { type: 'SessionClosed' });
}

/** @throws MaskwireError SESSION_CLOSED where the session is closed, INFERENCE_FAILED where its image has no embedding. */
export function assertOpen(state: SessionState): void {
  if (state.status === 'CLOSED') throw new MaskwireError('SESSION_CLOSED', `Session ${state.id} is closed.`);
  if (state.failure !== null) throw new MaskwireError(state.failure.code, state.failure.message);
}

/** @throws MaskwireError NOT_FOUND where the session has no such object now. */
export function objectOf(state: SessionState, objectId: string): SegmentedObject {
  const object = visibleObject(state, objectId);
  if (!object) throw new MaskwireError('NOT_FOUND', `objectId: session ${state.id} has no object ${objectId}.`);
  return object;
}

/** The object, where the caller may change it as they last saw it. */
function objectFor(
  state: SessionState,
  limits: SessionLimits,
  { objectId, expectedRevision }: ObjectRef,
): SegmentedObject {
  assertOpen(state);
  const object = objectOf(state, objectId);
  if (expectedRevision != null && expectedRevision !== object.revision) {
    throw new MaskwireError(
      'CONFLICT',
      `expectedRevision: object ${objectId} is at revision ${object.revision}; got ${expectedRevision}.`,
      { currentRevision: object.revision },
    );
  }
  if (object.steps.length >= limits.stepsPerObject) {
    throw tooLarge('stepsPerObject', limits.stepsPerObject, 'changes of an object');
  }
  return object;
}

function tooLarge(limit: keyof SessionLimits, value: number, what: string): MaskwireError {
  return new MaskwireError('TOO_LARGE', `Expected at most ${value} ${what}.`, { limit });
}
