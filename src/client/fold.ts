import type { EventEntryFragment, ObjectFragment, SessionFragment } from './generated/operations.js';
import type { Candidate, SegmentedObject, SessionSnapshot } from './types.js';

/** Candidates that came once, kept while the object does not show them: undo may bring them back. */
interface Held {
  /** The object revision that they answer; null where none have come. */
  readonly revision: number | null;
  readonly candidates: readonly Candidate[];
}

interface Known {
  readonly object: SegmentedObject;
  readonly held: Held;
  /** False for a removed object, which keeps its place: undo may bring it back. */
  readonly exists: boolean;
}

/** A snapshot with what the next events may refer to. */
export interface Folded {
  readonly snapshot: SessionSnapshot;
  /** By id, oldest first. */
  readonly known: ReadonlyMap<string, Known>;
}

const NOTHING: Held = { revision: null, candidates: [] };

/** Where folding begins: what the `session` query answers. */
export function begin(session: SessionFragment): Folded {
  const known = new Map<string, Known>();
  for (const { candidates, ...object } of session.objects) {
    const held = { revision: object.candidatesRevision, candidates };
    known.set(object.id, { object: shown(object, candidates), held, exists: true });
  }
  return withKnown(session, known);
}

/**
 * The state after an entry of the session's log. Entries that it holds already change nothing.
 * @returns null where the entry refers to something that never came here, such as an object that was removed before the
 *   first snapshot and is back: then the session must be queried again.
 */
export function fold(state: Folded, entry: EventEntryFragment): Folded | null {
  if (entry.revision <= state.snapshot.revision) return state;
  const { cursor, revision, actor, event } = entry;
  const next: Folded = {
    ...state,
    snapshot: { ...state.snapshot, cursor, revision, participants: withActor(state.snapshot.participants, actor) },
  };
  switch (event.__typename) {
    case 'SessionOpened':
    case 'SessionReady':
    case 'SessionClosed':
      return withStatus(next, { status: event.session.status });
    case 'EncodingStarted':
      return withStatus(next, { status: event.session.status, encodingSeconds: 0 });
    case 'SessionFailed':
      return withStatus(next, { status: event.session.status, failure: event.failure });
    case 'PromptsAdded':
    case 'PromptsRemoved':
    case 'CandidateSelected':
    case 'ObjectAccepted':
      return withObject(next, event.object, null);
    case 'CandidatesProduced':
      return withAnswer(next, event.object, event.candidates);
    case 'DecodeFailed':
      return withAnswer(next, event.object, null);
    case 'ObjectRemoved':
      return withoutObject(next, event.objectId);
    case 'StepUndone':
    case 'StepRedone':
      return event.objectNow ? withObject(next, event.objectNow, null) : withoutObject(next, event.step.objectId);
  }
}

function withActor(
  participants: SessionSnapshot['participants'],
  actor: EventEntryFragment['actor'],
): SessionSnapshot['participants'] {
  if (actor === null) return participants;
  const { id, name } = actor;
  const at = participants.findIndex((participant) => participant.id === id);
  if (at < 0) return [...participants, { id, name }];
  return participants[at]?.name === name ? participants : participants.with(at, { id, name });
}

function withStatus(state: Folded, progress: Partial<SessionSnapshot['progress']> & Pick<SessionSnapshot, 'status'>) {
  const { status } = progress;
  // Events do not tell of the model's loading: what was heard last holds on.
  const { modelLoading } = state.snapshot.progress;
  const rest = { queuePosition: null, encodingSeconds: null, failure: null, modelLoading };
  return { ...state, snapshot: { ...state.snapshot, status, progress: { ...rest, ...progress } } };
}

function withObject(state: Folded, object: ObjectFragment, produced: readonly Candidate[] | null): Folded | null {
  const before = state.known.get(object.id);
  // A new object comes with its first prompts; any other that is not known was there before the first snapshot.
  if (!before && object.revision > 1) return null;
  const held = produced ? { revision: object.candidatesRevision, candidates: produced } : (before?.held ?? NOTHING);
  const hidden = object.candidatesRevision === null;
  if (!hidden && object.candidatesRevision !== held.revision) return null;
  // The answer to older prompts comes under their revision; the object has moved on.
  const newest = { ...object, revision: Math.max(object.revision, before?.object.revision ?? 0) };
  const known = new Map(state.known);
  known.set(object.id, { object: shown(newest, hidden ? [] : held.candidates), held, exists: true });
  return withKnown(state.snapshot, known);
}

/** The model's answer comes under the object revision that it answers, and the object may have changed since. */
function withAnswer(state: Folded, answered: ObjectFragment, produced: readonly Candidate[] | null): Folded | null {
  const before = state.known.get(answered.id);
  return before ? withObject(state, { ...answered, revision: before.object.revision }, produced) : null;
}

function withoutObject(state: Folded, objectId: string): Folded {
  const before = state.known.get(objectId);
  if (!before) return state;
  return withKnown(state.snapshot, new Map(state.known).set(objectId, { ...before, exists: false }));
}

function withKnown(session: Omit<SessionSnapshot, 'objects'>, known: ReadonlyMap<string, Known>): Folded {
  const objects = [...known.values()].filter(({ exists }) => exists).map(({ object }) => object);
  return { snapshot: { ...session, objects }, known };
}

function shown({ selectedCandidate, ...object }: ObjectFragment, candidates: readonly Candidate[]): SegmentedObject {
  const index = selectedCandidate?.index;
  return { ...object, candidates, selectedCandidate: (index === undefined ? null : candidates[index]) ?? null };
}
