import { Channel } from './channel.js';
import type { Connection } from './connection.js';
import { PresenceDocument, SessionEventsDocument } from './generated/documents.js';
import type { MaskUpdate, PresentParticipant, SegmentedObject, SessionEventEntry, SessionSnapshot } from './types.js';

/**
 * How many entries wait for a slow reader. Beyond, the subscription is let go and taken up again, after the last entry
 * that came, once the reader has caught up.
 */
const MAX_WAITING = 1_000;

/** The pause before a stream that ended too early is taken up again. */
const REOPEN_MS = 500;

/** A session's state as it changes. */
export interface Observed {
  state(): SessionSnapshot;
  onState(listener: () => void): () => void;
}

/**
 * Every entry of the session's log after the cursor, in order, each once, whatever happens to the connection; ends after
 * SessionClosed.
 * @param isEnd whether the log ends at this cursor because the session is closed.
 */
export function eventStream(
  connection: Connection,
  sessionId: string,
  after: string,
  isEnd: (cursor: string) => boolean,
): Channel<SessionEventEntry> {
  let cursor = after;
  let stop: (() => void) | null = null;
  const pause = () => {
    stop?.();
    stop = null;
  };
  const start = () => {
    stop = connection.subscribe(SessionEventsDocument, () => ({ sessionId, after: cursor }), {
      next: ({ sessionEvents: entry }) => {
        cursor = entry.cursor;
        channel.push(entry);
        if (entry.event.__typename === 'SessionClosed') channel.end();
        else if (channel.size >= MAX_WAITING) pause();
      },
      complete: () => {
        if (connection.status === 'closed' || isEnd(cursor)) {
          channel.end();
          return;
        }
        // The server is stopping: the next one goes on where this one ended.
        const timer = setTimeout(start, REOPEN_MS);
        stop = () => clearTimeout(timer);
      },
      error: (error) => channel.end(error),
    });
  };
  const channel = new Channel<SessionEventEntry>(
    (entry) => entry.cursor,
    () => {
      start();
      return pause;
    },
    () => {
      if (stop === null) start();
    },
  );
  return channel;
}

/** Who is in the session, the whole list at every change; a slow reader gets only the latest. */
export function presenceStream(connection: Connection, sessionId: string): Channel<readonly PresentParticipant[]> {
  return new Channel(
    () => '',
    (channel) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let stop = () => undefined as unknown;
      const start = () => {
        stop = connection.subscribe(PresenceDocument, () => ({ sessionId }), {
          next: ({ presence }) => channel.push(presence.participants),
          complete: () => {
            if (connection.status === 'closed') channel.end();
            else timer = setTimeout(start, REOPEN_MS);
          },
          error: (error) => channel.end(error),
        });
      };
      start();
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
  );
}

/**
 * The objects' masks as they change, starting with those that stand now; a slow reader gets only the latest of each
 * object. Made from the session's state, so it costs nothing on the network and misses no removal while offline.
 * @param objectId absent: all objects.
 */
export function maskStream(session: Observed, objectId: string | undefined): Channel<MaskUpdate> {
  return new Channel(
    ({ object }) => object.id,
    (channel) => {
      let drawn = new Map<string, SegmentedObject>();
      const update = () => {
        const { objects, status } = session.state();
        const before = drawn;
        drawn = new Map();
        for (const object of objects) {
          if (objectId !== undefined && object.id !== objectId) continue;
          const old = before.get(object.id);
          if (!old && object.candidates.length === 0) continue;
          drawn.set(object.id, object);
          if (!old || looksDifferent(old, object))
            channel.push({ object, candidates: object.candidates, removed: false });
        }
        for (const object of before.values()) {
          if (!drawn.has(object.id)) channel.push({ object, candidates: [], removed: true });
        }
        if (status === 'CLOSED') channel.end();
      };
      const off = session.onState(update);
      update();
      return off;
    },
  );
}

function looksDifferent(before: SegmentedObject, after: SegmentedObject): boolean {
  return (
    before.candidates !== after.candidates ||
    before.selectedCandidate !== after.selectedCandidate ||
    before.label !== after.label ||
    before.status !== after.status
  );
}
