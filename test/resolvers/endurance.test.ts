import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import {
  at,
  childrenOf,
  click,
  codeOf,
  DISC,
  isCandidates,
  openSession,
  operation,
  Person,
  picture,
  serve,
  text,
  upload,
  type Answer,
} from './support.js';

async function metric(url: string, name: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1]);
}

describe('a session that nobody uses', () => {
  it('leaves memory, not the disk, and goes on with the same masks', async () => {
    const { url } = await serve({ sessionIdleMs: 300 });
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const events = ada.follow('SessionEvents', { sessionId, after: '0' });
    const objectId = await click(ada, sessionId);
    await events.until(isCandidates);
    const preview = async () => {
      const answer = await ada.do('Preview', { sessionId, objectId, prompts: [{ point: { x: 150, y: 120 } }] });
      return at(answer, 'preview.candidates');
    };
    const before = await preview();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await metric(url, 'maskwire_sessions_loaded')).toBe(1);
    await events.stop();
    await expect.poll(() => metric(url, 'maskwire_sessions_loaded'), { timeout: 10_000 }).toBe(0);
    const listed = await ada.post(operation('Sessions'), {});
    expect(at(listed, 'data.sessions.edges.0.node')).toMatchObject({ id: sessionId, status: 'READY' });
    expect(await metric(url, 'maskwire_sessions_loaded')).toBe(0);
    expect(await preview()).toEqual(before);
  });
});

describe('more than the decoder can take', () => {
  it('answers OVERLOADED and when to come again, and answers every prompt that it took', async () => {
    const { url } = await serve({ maxQueuedDecodes: 3, maxBatchSize: 1 });
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const events = ada.follow('SessionEvents', { sessionId, after: '0' });
    await events.until((event) => at(event, 'sessionEvents.event.__typename') === 'SessionReady');
    const input = { sessionId, prompts: [{ point: DISC }] };
    const answers = await Promise.all(Array.from({ length: 40 }, () => ada.run(operation('AddPrompts'), { input })));
    const refused = answers.filter((answer) => codeOf(answer) === 'OVERLOADED');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.errors?.[0]?.extensions['retryAfterMs']).toBeGreaterThan(0);
    const taken = answers.filter((answer) => codeOf(answer) === undefined);
    expect(taken.length + refused.length).toBe(40);
    const answered = new Set<unknown>();
    while (answered.size < taken.length)
      answered.add(at(await events.until(isCandidates), 'sessionEvents.event.object.id'));
    expect(answered).toEqual(new Set(taken.map((answer) => at(answer, 'data.addPrompts.object.id'))));
    const state = await ada.run(operation('SessionState'), { id: sessionId });
    const objects = at(state, 'data.session.objects') as readonly unknown[];
    expect(objects).toHaveLength(taken.length);
    for (const object of objects) expect(at(object, 'candidates')).toHaveLength(3);
  });

  it('refuses to open sessions beyond the encode queue, and encodes those that it took', async () => {
    const { url } = await serve({ maxQueuedEncodes: 1 });
    const ada = new Person(url, 'ada');
    const images = await Promise.all(Array.from({ length: 20 }, async (_, i) => upload(url, await picture(i))));
    const answers: Answer[] = [];
    for (const { id } of images) answers.push(await ada.run(operation('OpenSession'), { input: { image: { id } } }));
    const codes = answers.map(codeOf);
    expect(codes.filter((code) => code === 'OVERLOADED').length).toBeGreaterThan(0);
    expect(codes.every((code) => code === undefined || code === 'OVERLOADED')).toBe(true);
    for (const answer of answers.filter((one) => codeOf(one) === undefined)) {
      const id = text(answer, 'data.openSession.session.id');
      const status = async () => at(await ada.run(operation('SessionState'), { id }), 'data.session.status');
      await expect.poll(status, { timeout: 30_000 }).toBe('READY');
    }
  });
});

describe('a burst of sessions', () => {
  it('gets as many as may encode, at once, and one for whoever opens another on an image that is encoded already', async () => {
    const { url } = await serve({ maxQueuedEncodes: 2 });
    const ada = new Person(url, 'ada');
    const images = await Promise.all(Array.from({ length: 8 }, async (_, i) => upload(url, await picture(i))));
    const open = ({ id }: { id: string }) => ada.run(operation('OpenSession'), { input: { image: { id } } });
    // No encode ends before all have asked.
    for (const pid of await childrenOf(process.pid)) process.kill(pid, 'SIGSTOP');
    const answers = await Promise.all(images.map(open));
    expect(answers.filter((answer) => codeOf(answer) === 'OVERLOADED')).toHaveLength(6);
    const taken = answers.filter((answer) => codeOf(answer) === undefined);
    const [first] = taken.map((answer) => text(answer, 'data.openSession.session.image.id'));
    if (first === undefined) throw new Error('None was taken.');
    taken.push(await open({ id: first }));
    for (const pid of await childrenOf(process.pid)) process.kill(pid, 'SIGCONT');
    for (const answer of taken) {
      const id = text(answer, 'data.openSession.session.id');
      const status = async () => at(await ada.run(operation('SessionState'), { id }), 'data.session.status');
      await expect.poll(status, { timeout: 30_000 }).toBe('READY');
    }
  });
});

describe('a socket that dies without a word', () => {
  it('takes its person out of the session within 15 seconds', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const presence = ada.follow('Presence', { sessionId });
    const ids = (value: unknown) =>
      (at(value, 'presence.participants') as readonly unknown[]).map((one) => at(one, 'id') as string);
    const silent = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { autoPong: false });
    onTestFinished(() => silent.terminate());
    silent.on('open', () => silent.send(JSON.stringify({ type: 'connection_init', payload: { participantId: 'bo' } })));
    silent.once('message', () =>
      silent.send(
        JSON.stringify({
          type: 'subscribe',
          id: '1',
          payload: { query: operation('Presence'), variables: { sessionId } },
        }),
      ),
    );
    await presence.until((value) => ids(value).includes('bo'));
    const died = performance.now();
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await presence.until((value) => !ids(value).includes('bo'));
    // And what the machine takes longer because it has other work.
    expect(performance.now() - died).toBeLessThan(15_000 + 4 * (delay.max / 1e6));
  });
});

describe('the serving thread', () => {
  it('stays responsive while the encoder runs', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const images = await Promise.all(Array.from({ length: 30 }, async (_, i) => upload(url, await picture(i))));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const started = performance.now();
    delay.enable();
    const ids = await Promise.all(
      images.map(async ({ id }) => text(await ada.do('OpenSession', { image: { id } }), 'openSession.session.id')),
    );
    for (const id of ids) {
      const status = async () => at(await ada.run(operation('SessionState'), { id }), 'data.session.status');
      await expect.poll(status, { timeout: 60_000 }).toBe('READY');
    }
    delay.disable();
    // Clients, test and server share this thread; the benchmark holds the server alone to 20 ms at p99. A thread that
    // encoded itself would stand still for the whole of each encode. Beside other work, it waits for its turn.
    const encodeMs = (performance.now() - started) / images.length;
    expect(delay.percentile(75) / 1e6).toBeLessThan(Math.max(20, encodeMs / 4));
  });
});
