import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MaskwireClientError, type LiveSession, type SessionSnapshot } from '#src/client/index.js';
import { clientOf, openSample, stateWhere, TestServer } from './support.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.remove());

/** Numbers from 0 to 1, the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One random change, by whoever the session belongs to. One that the state does not allow is refused, which is fine. */
async function randomChange(session: LiveSession, random: () => number): Promise<void> {
  const { objects, image } = session.state();
  const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  const object = one(objects);
  const point = () => ({ x: random() * image.width, y: random() * image.height });
  const objectId = object?.id ?? '';
  const changes: readonly (() => Promise<unknown>)[] = [
    () => session.addPoint(point()),
    () => session.addPoint({ ...point(), ...(object && { objectId }), label: 'BACKGROUND' }),
    () => session.addBox({ ...(object && { objectId }), x: 1, y: 2, width: 50 + random() * 100, height: 60 }),
    () => session.select({ objectId, index: Math.floor(random() * 3) }),
    () => session.accept({ objectId, label: one(['apple', 'pear', 'plum']) }),
    () => session.removeObject({ objectId }),
    () => session.removePrompts({ objectId }),
    () => session.removePrompts({ objectId, promptIds: [one(object?.prompts ?? [])?.id ?? ''] }),
    () => session.undo(),
    () => session.undo(),
    () => session.redo(),
  ];
  await one(changes)?.().catch((error: unknown) => {
    const expected = ['BAD_USER_INPUT', 'NOT_FOUND'];
    if (!(error instanceof MaskwireClientError) || !expected.includes(error.code)) throw error;
  });
}

/** What two clients must agree on. Who is here now belongs to no event, nor does the progress of an encoding. */
function comparable({ participants, progress, ...state }: SessionSnapshot) {
  return { ...state, progress: progress.status, actors: participants.filter(({ name }) => name !== 'Eve').length };
}

describe('the state folded from events', () => {
  it.each([1, 2, 3, 4])('equals what the server answers, whoever changes whatever (seed %i)', async (seed) => {
    const random = randomNumbers(seed);
    const ada = await openSample(clientOf(server, 'Ada'));
    const bob = await clientOf(server, 'Bob').joinSession(ada.id);
    for (let i = 0; i < 60; i++) {
      await randomChange(random() < 0.5 ? ada : bob, random);
      if (i % 15 !== 14) continue;
      // Somebody new knows nothing of what was removed before, and has to follow from here.
      const late = await clientOf(server, 'Eve').joinSession(ada.id);
      await randomChange(ada, random);
      await randomChange(bob, random);
      await expectSame(ada.id, [ada, bob, late]);
      late.leave();
    }
  });
});

/** Expects all to show what the server answers, at one revision: decodes may still be going on. */
async function expectSame(id: string, sessions: readonly LiveSession[]): Promise<void> {
  for (;;) {
    const fresh = await clientOf(server, 'Eve').joinSession(id);
    fresh.leave();
    const wanted = fresh.state();
    const states = await Promise.all(sessions.map((s) => stateWhere(s, ({ revision }) => revision >= wanted.revision)));
    if (states.some(({ revision }) => revision > wanted.revision)) continue;
    for (const state of states) expect(comparable(state)).toEqual(comparable(wanted));
    return;
  }
}
