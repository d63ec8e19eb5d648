import { assertNever } from '../assertNever.js';
import type { Change, Failure } from './events.js';
import { START, type Cursor, type Entry, type SessionStatus, type SessionSummary } from './log.js';
import { newObject, withCandidates, withFailure, withStanding, withStep, type SegmentedObject } from './object.js';
import { nextDecode } from './decode.js';
import type { Participant } from './participant.js';

/** How many of their latest steps a person can take back in one session; older ones stand for good. */
export const UNDO_DEPTH = 200;

/** A step that a person can undo or redo. */
export interface StepRef {
  /** Session revision of the change. */
  readonly step: number;
  readonly objectId: string;
}

/** One person's steps, oldest first. */
export interface Steps {
  readonly undoable: readonly StepRef[];
  readonly redoable: readonly StepRef[];
}

/** The state of a session: the fold of its log. Never changed in place, so whoever holds one holds a snapshot. */
export interface SessionState {
  readonly id: string;
  /** Of the last entry folded. */
  readonly cursor: Cursor;
  /** How many entries were folded. */
  readonly revision: number;
  readonly createdAt: string;
  readonly title: string;
  readonly modelId: string;
  readonly imageId: string;
  /** Pixels of the upright image. */
  readonly width: number;
  readonly height: number;
  readonly status: SessionStatus;
  /** Whether the image has been encoded once; its embedding may be gone since. */
  readonly encoded: boolean;
  /** When the first encode began; null before. */
  readonly encodingStartedAt: string | null;
  /** Null unless FAILED. */
  readonly failure: Failure | null;
  /** Everyone who acted, by id, with the name of their latest act. */
  readonly participants: ReadonlyMap<string, Participant>;
  /** By id, oldest first, removed ones included: undo may bring them back. */
  readonly objects: ReadonlyMap<string, SegmentedObject>;
  /** By participant id. */
  readonly steps: ReadonlyMap<string, Steps>;
}

/** The state before the first entry. */
export function emptyState(id: string): SessionState {
  return {
    id,
    cursor: START,
    revision: 0,
    createdAt: '',
    title: '',
    modelId: '',
    imageId: '',
    width: 0,
    height: 0,
    status: 'QUEUED',
    encoded: false,
    encodingStartedAt: null,
    failure: null,
    participants: new Map(),
    objects: new Map(),
    steps: new Map(),
  };
}

/** The state after the entry. Pure: the same log gives the same state, wherever and in however many parts it is folded. */
export function fold(state: SessionState, entry: Entry): SessionState {
  const base: SessionState = {
    ...state,
    cursor: entry.cursor,
    revision: state.revision + 1,
    participants: entry.actor === null ? state.participants : put(state.participants, entry.actor.id, entry.actor),
  };
  const { event } = entry;
  switch (event.type) {
    case 'SessionOpened': {
      const { title, modelId, imageId, width, height } = event;
      return { ...base, createdAt: entry.at, title, modelId, imageId, width, height };
    }
    case 'EncodingStarted':
      return { ...base, status: 'ENCODING', encodingStartedAt: entry.at };
    case 'SessionReady':
      return { ...base, status: 'READY', encoded: true };
    case 'SessionFailed':
      return { ...base, status: 'FAILED', failure: event.failure };
    case 'SessionClosed':
      return { ...base, status: 'CLOSED' };
    case 'CandidatesProduced':
      return withObject(base, event.objectId, (object) => withCandidates(object, event));
    case 'DecodeFailed':
      return withObject(base, event.objectId, (object) => withFailure(object, event));
    case 'StepUndone':
    case 'StepRedone':
      return withStepStanding(base, entry, event);
    case 'PromptsAdded':
    case 'PromptsRemoved':
    case 'CandidateSelected':
    case 'ObjectAccepted':
    case 'ObjectRemoved':
      return withChange(base, entry, event);
    default:
      return assertNever(event);
  }
}

/** The object of this id where it is there for people to see. */
export function visibleObject(state: SessionState, objectId: string): SegmentedObject | undefined {
  const object = state.objects.get(objectId);
  return object?.exists === true ? object : undefined;
}

/** The objects that are there for people to see, oldest first. */
export function visibleObjects(state: SessionState): readonly SegmentedObject[] {
  return [...state.objects.values()].filter(({ exists }) => exists);
}

export function stepsOf(state: SessionState, participantId: string): Steps {
  return state.steps.get(participantId) ?? { undoable: [], redoable: [] };
}

/** What the index of sessions is to know. */
export function summarise(state: SessionState, openKey: string | null): SessionSummary {
  const { id, title, status } = state;
  const open = status !== 'CLOSED' && status !== 'FAILED';
  const pending = open && (!state.encoded || [...state.objects.values()].some((object) => nextDecode(object) !== null));
  return { id, title, status, pending, openKey };
}

function withChange(state: SessionState, entry: Entry, change: Change): SessionState {
  const by = entry.actor;
  if (by === null) throw new Error(`${change.type} at ${entry.cursor} has no actor.`);
  const step = { revision: state.revision, at: entry.at, by, change };
  const object = state.objects.get(change.objectId) ?? newObject(change.objectId, by);
  const { undoable } = stepsOf(state, by.id);
  const steps = {
    undoable: [...undoable, { step: step.revision, objectId: change.objectId }].slice(-UNDO_DEPTH),
    redoable: [],
  };
  return {
    ...state,
    objects: put(state.objects, object.id, withStep(object, step)),
    steps: put(state.steps, by.id, steps),
  };
}

function withStepStanding(
  state: SessionState,
  entry: Entry,
  { type, step, objectId }: { type: 'StepUndone' | 'StepRedone'; step: number; objectId: string },
): SessionState {
  const by = entry.actor;
  if (by === null) throw new Error(`${type} at ${entry.cursor} has no actor.`);
  const ref = { step, objectId };
  const others = (steps: readonly StepRef[]) => steps.filter((other) => other.step !== step);
  const { undoable, redoable } = stepsOf(state, by.id);
  const steps =
    type === 'StepUndone'
      ? { undoable: others(undoable), redoable: [...redoable, ref] }
      : { undoable: [...undoable, ref], redoable: others(redoable) };
  const changed = withObject(state, objectId, (object) => withStanding(object, step, type === 'StepRedone'));
  return { ...changed, steps: put(state.steps, by.id, steps) };
}

function withObject(
  state: SessionState,
  objectId: string,
  change: (object: SegmentedObject) => SegmentedObject,
): SessionState {
  const object = state.objects.get(objectId);
  if (!object) throw new Error(`The log names object ${objectId}, which no earlier entry made.`);
  return { ...state, objects: put(state.objects, objectId, change(object)) };
}

/** The map with the value under the key; the same map where it is there already. */
function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return map.get(key) === value ? map : new Map(map).set(key, value);
}
