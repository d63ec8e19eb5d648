import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  at,
  childrenOf,
  click,
  DISC,
  isCandidates,
  openSession,
  operation,
  Person,
  temporaryFolder,
  text,
  typeOf,
} from './support.js';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
}

/** The real command line, in a process that can be killed. */
async function start(data: string, port = '0'): Promise<Started> {
  const child = spawn(process.execPath, [main, 'serve', '--port', port, '--data', data, '--log-level', 'silent'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^maskwire ready (\S+)$/.exec(line)?.[1];
    if (url !== undefined) return { child, url };
  }
  throw new Error('The server ended before it was ready.');
}

async function kill({ child }: Started): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('kill -9 of the server', () => {
  it('loses nothing that was acknowledged, at whatever moment, and doubles nothing', { timeout: 300_000 }, async () => {
    const data = await temporaryFolder();
    let server = await start(data);
    let ada = new Person(server.url, 'ada');
    const sessionId = await openSession(ada);
    const acknowledged: string[] = [];
    const seen: unknown[] = [];
    for (let round = 0; round < 4; round++) {
      const cursor = at(seen.at(-1), 'sessionEvents.cursor') ?? '0';
      const feed = ada.follow('SessionEvents', { sessionId, after: cursor });
      const reading = (async () => {
        for (;;) seen.push(await feed.next());
      })().catch(() => undefined);
      const killing = new AbortController();
      const refused: unknown[] = [];
      const clicking = (async () => {
        for (let i = 0; !killing.signal.aborted;) {
          const input = { idempotencyKey: `${round}-${i}`, prompts: [{ point: { x: 1 + i, y: 1 + round } }] };
          try {
            await click(ada, sessionId, input);
            acknowledged.push(`${1 + i},${1 + round}`);
            i++;
          } catch (error) {
            // A server with much to make up for after a restart may refuse for a while; a client tries again.
            refused.push(error);
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
        }
      })();
      const before = acknowledged.length;
      await new Promise((resolve) => setTimeout(resolve, 150 + 130 * round));
      // On a machine that is busy, nothing may have happened by then.
      const progress = () => (acknowledged.length > before + 2 ? 'clicked' : refused.at(-1));
      await expect.poll(progress, { timeout: 60_000 }).toBe('clicked');
      killing.abort();
      await kill(server);
      await Promise.all([reading, clicking]);
      server = await start(data);
      ada = new Person(server.url, 'ada');
    }
    expect(acknowledged.length).toBeGreaterThan(10);

    const cursor = at(seen.at(-1), 'sessionEvents.cursor') ?? '0';
    const feed = ada.follow('SessionEvents', { sessionId, after: cursor });
    // What was interrupted is decoded after the restart, unasked.
    const open = async () => {
      const state = await ada.run(operation('SessionState'), { id: sessionId });
      return (at(state, 'data.session.objects') as unknown[]).filter(
        (object) => (at(object, 'candidates') as unknown[]).length === 0,
      );
    };
    await expect.poll(open, { timeout: 120_000 }).toEqual([]);
    await ada.do('CloseSession', { sessionId });
    seen.push(...(await feed.rest()));

    const revisions = seen.map((event) => at(event, 'sessionEvents.revision'));
    expect(revisions).toEqual(revisions.map((_, i) => i + 1));
    const added = seen.filter((event) => typeOf(event) === 'PromptsAdded').length;
    const answered = seen.filter(isCandidates).length;
    expect(answered).toBe(added);
    const state = await ada.run(operation('SessionState'), { id: sessionId });
    const stored = (at(state, 'data.session.objects') as unknown[]).map(
      (object) => `${at(object, 'prompts.0.x') as number},${at(object, 'prompts.0.y') as number}`,
    );
    expect(stored).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(stored).size).toBe(stored.length);
    expect(stored.length - acknowledged.length).toBeLessThanOrEqual(4);
  });

  it('lets a repeated call find what the first one did', async () => {
    const data = await temporaryFolder();
    const first = await start(data);
    const before = new Person(first.url, 'ada');
    const sessionId = await openSession(before, { idempotencyKey: 'open' });
    const objectId = await click(before, sessionId, { idempotencyKey: 'click' });
    await kill(first);
    const after = new Person((await start(data)).url, 'ada');
    expect(await openSession(after, { idempotencyKey: 'open' })).toBe(sessionId);
    expect(await click(after, sessionId, { idempotencyKey: 'click' })).toBe(objectId);
    expect(text(await after.do('Undo', { sessionId }), 'undo.undone.id')).toMatch(/^stp_/);
  });

  it('leaves no inference process behind', async () => {
    const server = await start(await temporaryFolder());
    const children = await childrenOf(server.child.pid);
    expect(children.length).toBeGreaterThan(0);
    await kill(server);
    const alive = () => children.filter((pid) => isAlive(pid));
    await expect.poll(alive, { timeout: 10_000 }).toEqual([]);
  });
});

describe('kill -9 of the inference process', () => {
  it('costs time and no error, and refinement goes on with the same masks', async () => {
    const server = await start(await temporaryFolder());
    const ada = new Person(server.url, 'ada');
    const sessionId = await openSession(ada);
    const events = ada.follow('SessionEvents', { sessionId, after: '0' });
    const objectId = await click(ada, sessionId);
    await events.until(isCandidates);
    const preview = async () => {
      const answer = await ada.do('Preview', { sessionId, objectId, prompts: [{ point: { x: 150, y: 120 } }] });
      return at(answer, 'preview.candidates.0.mask.rle');
    };
    const before = await preview();
    const [inference] = await childrenOf(server.child.pid);
    if (inference === undefined) throw new Error('There is no inference process.');
    process.kill(inference, 'SIGKILL');
    expect(await preview()).toEqual(before);

    const clicks = Promise.all(Array.from({ length: 8 }, () => click(ada, sessionId, { prompts: [{ point: DISC }] })));
    for (const pid of await childrenOf(server.child.pid)) process.kill(pid, 'SIGKILL');
    for (const id of await clicks) {
      await events.until((event) => isCandidates(event) && at(event, 'sessionEvents.event.object.id') !== undefined);
      expect(id).toMatch(/^obj_/);
    }
  });
});

describe('SIGTERM', () => {
  it('closes sockets with 1001 and ends with status 0', async () => {
    const server = await start(await temporaryFolder());
    const ada = new Person(server.url, 'ada');
    const closed = new Promise((resolve) => ada.client.on('closed', (event) => resolve(event)));
    const sessionId = await openSession(ada);
    const feed = ada.follow('SessionEvents', { sessionId, after: '0' });
    await feed.next();
    const exit = once(server.child, 'exit');
    server.child.kill('SIGTERM');
    expect(at(await closed, 'code')).toBe(1001);
    expect(await exit).toEqual([0, null]);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
