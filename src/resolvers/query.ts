import { MaskwireError } from '../errors.js';
import type { MaskFilter, QueryResolvers, SessionFilter } from '../generated/resolvers.js';
import { isSessionId, sessionOfObject } from '#src/sessions/ids.js';
import { visibleObject, visibleObjects, type SessionState } from '#src/sessions/state.js';
import type { Context } from './context.js';
import { connection, fromCursor, pageSize } from './pagination.js';
import type { ObjectMaskView } from './views.js';

const MAX_SESSIONS = 100;
const MAX_MASKS = 200;
const MAX_TITLE_FILTER = 200;

export const Query: QueryResolvers = {
  node: (_root, { id }, context) => findNode(id, context),

  models: (_root, _args, { inference }) => inference.models,

  image: (_root, { id }, { images }) => images.get(id),

  session: async (_root, { id }, { sessions }) => (await sessions.find(id))?.session.state ?? null,

  sessions: async (_root, args, { sessions }) => {
    const first = pageSize(args.first, 20, MAX_SESSIONS);
    const after = fromCursor('sessions', args.after);
    const filter = sessionFilter(args.filter);
    const [found, totalCount] = await Promise.all([
      sessions.index.list(filter, after, first + 1),
      sessions.index.count(filter),
    ]);
    const states = await Promise.all(found.map(({ id }) => sessions.peek(id)));
    const items = found.flatMap(({ place }, i) => {
      const node = states[i];
      return node ? [{ place, node }] : [];
    });
    return connection('sessions', items, { first, after, totalCount });
  },

  masks: async (_root, { sessionId, filter, ...args }, { sessions }) => {
    const first = pageSize(args.first, 50, MAX_MASKS);
    const after = fromCursor('masks', args.after);
    const { state } = (await sessions.get(sessionId)).session;
    const all = masksOf(state, filter);
    const rest = all.filter(({ place }) => after === null || place > after);
    return connection('masks', rest, { first, after, totalCount: all.length });
  },
};

async function findNode(id: string, { sessions, images, inference }: Context) {
  if (isSessionId(id)) {
    const open = await sessions.find(id);
    return open && { __typename: 'Session' as const, ...open.session.state };
  }
  const owner = sessionOfObject(id);
  if (owner !== null) {
    const state = (await sessions.find(owner))?.session.state;
    const object = state && visibleObject(state, id);
    return state && object ? { __typename: 'SegmentedObject' as const, state, object } : null;
  }
  const image = await images.get(id);
  if (image) return { __typename: 'Image' as const, ...image };
  const model = inference.models.find((other) => other.id === id);
  return model ? { __typename: 'Model' as const, ...model } : null;
}

function sessionFilter(filter: SessionFilter | null | undefined) {
  const { status, titleContains } = filter ?? {};
  if (titleContains != null && titleContains.length > MAX_TITLE_FILTER) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `filter.titleContains: expected at most ${MAX_TITLE_FILTER} characters, got ${titleContains.length}.`,
    );
  }
  return { ...(status ? { status } : {}), ...(titleContains ? { titleContains } : {}) };
}

/** The masks that a session's objects have now, each with its place: the revision that made its object. */
function masksOf(
  state: SessionState,
  filter: MaskFilter | null | undefined,
): readonly { readonly place: number; readonly node: ObjectMaskView }[] {
  const { status, label } = filter ?? {};
  return visibleObjects(state).flatMap((object) => {
    const candidate = object.candidates[object.selected];
    const wanted =
      (!status || status.includes(object.status)) &&
      (!label || (object.label !== null && label.includes(object.label)));
    const place = object.steps[0]?.revision;
    return candidate && wanted && place !== undefined ? [{ place, node: { state, object, candidate } }] : [];
  });
}
