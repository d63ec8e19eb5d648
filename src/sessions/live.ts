import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SegmentedObject } from './object.js';
import type { Moment, Session } from './session.js';
import { visibleObjects, type SessionState } from './state.js';
import { Waker } from './waker.js';

/**
 * Every entry of the log after the cursor, in order, each once; ends after SessionClosed. A cursor over the log and no
 * queue: a reader that does not read costs its place and the state there.
 * @param after absent: from now on.
 * @throws MaskwireError BAD_USER_INPUT (from the first `next`) where the log has no such place.
 */
export function sessionEvents(session: Session, after: string | null): AsyncIterableIterator<Moment> {
  const now = session.state;
  return live(session, async function* (waker) {
    let state = after === null ? now : await session.stateAt(after);
    while (!waker.stopped) {
      const page = await session.momentsAfter(state.cursor, state);
      for (const moment of page) {
        yield moment;
        state = moment.after;
        if (moment.entry.event.type === 'SessionClosed') return;
      }
      if (state.status === 'CLOSED') return;
      // graphql-ws takes values for a dead socket as fast as it gets them: let its close event run.
      await nextTurn();
      if (state.cursor === session.state.cursor) await waker.next();
    }
  });
}

/** An object whose candidates changed, as it is now. */
export interface MaskUpdate {
  readonly state: SessionState;
  readonly object: SegmentedObject;
  readonly removed: boolean;
}

/**
 * Each object with candidates as it stands, then each again whenever its candidates, choice, label or status change or
 * it goes away; ends when the session is closed. A reader that is late gets only the latest of each object.
 * @param objectId absent: all objects.
 */
export function maskUpdates(session: Session, objectId: string | null): AsyncIterableIterator<MaskUpdate> {
  return live(session, async function* (waker) {
    const sent = new Map<string, SegmentedObject>();
    for (;;) {
      // Objects are looked up anew after each one is taken, so that a slow reader never gets an outdated one.
      for (;;) {
        const update = nextUpdate(session.state, sent, objectId);
        if (!update) break;
        if (update.removed) sent.delete(update.object.id);
        else sent.set(update.object.id, update.object);
        yield update;
      }
      if (waker.stopped || session.state.status === 'CLOSED') return;
      await nextTurn();
      if (!nextUpdate(session.state, sent, objectId)) await waker.next();
    }
  });
}

function nextUpdate(
  state: SessionState,
  sent: ReadonlyMap<string, SegmentedObject>,
  objectId: string | null,
): MaskUpdate | null {
  const wanted = (id: string) => objectId === null || id === objectId;
  for (const object of visibleObjects(state)) {
    if (!wanted(object.id)) continue;
    const before = sent.get(object.id);
    const drawn = before ? looksDifferent(before, object) : object.candidates.length > 0;
    if (drawn) return { state, object, removed: false };
  }
  for (const before of sent.values()) {
    const object = state.objects.get(before.id);
    if (object?.exists === false) return { state, object: { ...object, candidates: [] }, removed: true };
  }
  return null;
}

function looksDifferent(before: SegmentedObject, after: SegmentedObject): boolean {
  return (
    before.candidates !== after.candidates ||
    before.selected !== after.selected ||
    before.label !== after.label ||
    before.status !== after.status
  );
}

/**
 * An iterator over a generator that waits for changes of the session. A generator that waits cannot be returned from
 * outside, so `return` wakes it first.
 */
function live<T>(session: Session, body: (waker: Waker) => AsyncGenerator<T>): AsyncIterableIterator<T> {
  const waker = new Waker();
  const off = session.onChange(() => waker.wake());
  const generator = (async function* () {
    try {
      yield* body(waker);
    } finally {
      off();
    }
  })();
  return waker.stoppable(generator, off);
}
