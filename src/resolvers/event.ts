import type { Resolvers } from '../generated/resolvers.js';
import { visibleObject, type SessionState } from '#src/sessions/state.js';
import { stepView } from './step.js';
import { participantView, promptViews, viewOf, withIndex, type EventView } from './views.js';

type StandingView = EventView<'StepUndone'> | EventView<'StepRedone'>;

const standing = {
  step: ({ entry: { event }, after }: StandingView) => stepView(after, event),
  object: ({ entry: { event }, after }: StandingView) => {
    const object = visibleObject(after, event.objectId);
    return object ? { state: after, object } : null;
  },
};

/** The object under the revision that is answered, so that callers find the answer to their own change. */
const answered = ({ entry: { event }, after }: EventView<'CandidatesProduced'> | EventView<'DecodeFailed'>) => ({
  state: after,
  object: { ...viewOf(after, event.objectId).object, revision: event.revision },
});

const session = ({ after }: { readonly after: SessionState }) => after;

/** Sessions and objects are shown as they were right after the event. */
export const eventResolvers: Pick<
  Resolvers,
  | 'SessionEventEntry'
  | 'SessionEvent'
  | 'SessionOpened'
  | 'EncodingStarted'
  | 'SessionReady'
  | 'SessionFailed'
  | 'PromptsAdded'
  | 'PromptsRemoved'
  | 'CandidatesProduced'
  | 'DecodeFailed'
  | 'CandidateSelected'
  | 'ObjectAccepted'
  | 'ObjectRemoved'
  | 'StepUndone'
  | 'StepRedone'
  | 'SessionClosed'
> = {
  SessionEventEntry: {
    cursor: ({ entry }) => entry.cursor,
    revision: ({ after }) => after.revision,
    at: ({ entry }) => entry.at,
    actor: ({ entry, after }) => entry.actor && participantView(after, entry.actor),
    event: (moment) => moment,
  },
  SessionEvent: { __resolveType: ({ entry }) => entry.event.type },
  SessionOpened: { session },
  EncodingStarted: { session },
  SessionReady: { session },
  SessionFailed: { session, failure: ({ entry }) => entry.event.failure },
  PromptsAdded: {
    object: ({ entry, after }) => viewOf(after, entry.event.objectId),
    prompts: ({ entry, after }) => promptViews(after, entry.event.prompts),
  },
  PromptsRemoved: {
    object: ({ entry, after }) => viewOf(after, entry.event.objectId),
    promptIds: ({ entry }) => entry.event.promptIds,
  },
  CandidatesProduced: {
    object: answered,
    candidates: ({ entry }) => withIndex(entry.event.candidates),
  },
  DecodeFailed: {
    object: answered,
    failure: ({ entry }) => entry.event.failure,
  },
  CandidateSelected: {
    object: ({ entry, after }) => viewOf(after, entry.event.objectId),
    index: ({ entry }) => entry.event.index,
  },
  ObjectAccepted: { object: ({ entry, after }) => viewOf(after, entry.event.objectId) },
  ObjectRemoved: { objectId: ({ entry }) => entry.event.objectId },
  StepUndone: standing,
  StepRedone: standing,
  SessionClosed: { session },
};
