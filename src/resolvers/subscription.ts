import { MaskwireError } from '../errors.js';
import type { SubscriptionResolvers } from '../generated/resolvers.js';
import { maskUpdates, sessionEvents } from '#src/sessions/live.js';
import type { OpenSession } from '#src/sessions/openSession.js';
import type { Context } from './context.js';
import { mapIterator } from './mapIterator.js';
import { progressOf } from './session.js';

export const Subscription: SubscriptionResolvers = {
  sessionEvents: {
    subscribe: (_root, { sessionId, after }, context) =>
      follow('sessionEvents', sessionId, context, ({ session }) => sessionEvents(session, after ?? null)),
  },
  maskUpdates: {
    subscribe: (_root, { sessionId, objectId }, context) =>
      follow('maskUpdates', sessionId, context, ({ session }) => maskUpdates(session, objectId ?? null)),
  },
  presence: {
    subscribe: async (_root, { sessionId }, context) =>
      mapIterator(
        await follow('participants', sessionId, context, ({ presence }) => presence.updates()),
        (presence) => ({ presence }),
        () => undefined,
      ),
  },
  sessionProgress: {
    subscribe: (_root, { sessionId, follow: goOn }, context) =>
      follow('sessionProgress', sessionId, context, (open) =>
        mapIterator(
          open.encoding.updates(goOn),
          () => progressOf(open.session.state, open),
          () => undefined,
        ),
      ),
  },
};

/**
 * Reads a session for as long as the subscription lives; until then it stays in memory and the person is shown as
 * present.
 */
async function follow<K extends string, T>(
  field: K,
  sessionId: string,
  { sessions, participant, connection }: Context,
  read: (open: OpenSession) => AsyncIterableIterator<T>,
): Promise<AsyncIterableIterator<Record<K, T>>> {
  if (!connection) {
    throw new MaskwireError('BAD_USER_INPUT', 'Subscriptions need a WebSocket: connect with graphql-transport-ws.');
  }
  const open = await sessions.get(sessionId);
  const leave = open.presence.join(participant, connection);
  const release = open.hold();
  return mapIterator(
    read(open),
    (value) => ({ [field]: value }) as Record<K, T>,
    () => {
      leave();
      release();
    },
  );
}
