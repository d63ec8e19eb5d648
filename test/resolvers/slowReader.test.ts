import { createConnection, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { at, click, isCandidates, openSession, operation, Person, serve } from './support.js';

/** Subscriptions of each reader: enough that what they are owed exceeds what the kernel buffers for a socket. */
const COPIES = 40;

/** A subscriber whose TCP socket can be left unread, with the same subscription many times over. */
class Reader {
  /** What the first of its subscriptions got. */
  readonly values: unknown[] = [];
  bytes = 0;
  readonly #socket: WebSocket;
  #tcp: Socket | undefined;
  #wake: () => void = () => undefined;

  constructor(url: string, name: string, variables: Record<string, unknown>) {
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      createConnection: ({ host, port }: { host: string; port: number }) =>
        (this.#tcp = createConnection({ host, port })),
    } as WebSocket.ClientOptions);
    onTestFinished(() => this.#socket.terminate());
    this.#socket.on('open', () => this.#send({ type: 'connection_init' }));
    this.#socket.on('message', (data) => {
      this.bytes += (data as Buffer).length;
      const message: unknown = JSON.parse((data as Buffer).toString());
      const type = at(message, 'type');
      if (type === 'connection_ack') {
        for (let id = 1; id <= COPIES; id++) {
          this.#send({ type: 'subscribe', id: String(id), payload: { query: operation(name), variables } });
        }
      }
      if (type === 'next' && at(message, 'id') === '1') this.values.push(at(message, 'payload.data'));
      this.#wake();
    });
  }

  pause(): void {
    this.#tcp?.pause();
  }

  resume(): void {
    this.#tcp?.resume();
  }

  /** Waits until the values read so far satisfy the test. */
  async until(test: (values: readonly unknown[]) => boolean): Promise<void> {
    while (!test(this.values)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }
}

describe('a reader that stops reading', () => {
  it(
    'delays nobody, costs bounded memory, and gets everything or the latest when it reads on',
    { timeout: 300_000 },
    async () => {
      const { url } = await serve({ promptsPerObject: 2_000 });
      const ada = new Person(url, 'ada');
      const sessionId = await openSession(ada);
      const objectId = await click(ada, sessionId);
      const events = new Reader(url, 'SessionEvents', { sessionId, after: '0' });
      const masks = new Reader(url, 'MaskUpdates', { sessionId });
      await events.until((values) => values.some(isCandidates));
      await masks.until((values) => values.length > 0);
      const clickAt = async (i: number) => {
        const prompts = [{ point: { x: i % 320, y: i % 240 } }];
        await click(ada, sessionId, { objectId, prompts });
      };
      // How long a click takes here while everybody reads.
      const warmUp = 20;
      const began = performance.now();
      for (let i = 0; i < warmUp; i++) await clickAt(i);
      const usualMs = (performance.now() - began) / warmUp;
      events.pause();
      masks.pause();
      const read = masks.values.length;

      const live = ada.follow('SessionEvents', { sessionId, after: '0' });
      const clicks = 150;
      global.gc?.();
      const before = process.memoryUsage().rss;
      const started = performance.now();
      for (let i = 0; i < clicks; i++) await clickAt(i);
      const last = await live.until((value) =>
        isCandidates(value) && at(value, 'sessionEvents.event.object.candidatesRevision') === undefined
          ? at(value, 'sessionEvents.event.object.revision') === warmUp + clicks + 1
          : false,
      );
      expect((performance.now() - started) / clicks).toBeLessThan(Math.max(200, 2 * usualMs));
      expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20);

      events.resume();
      masks.resume();
      const revision = at(last, 'sessionEvents.revision') as number;
      await events.until((values) => at(values.at(-1), 'sessionEvents.revision') === revision);
      expect(events.values.map((value) => at(value, 'sessionEvents.revision'))).toEqual(
        Array.from({ length: revision }, (_, i) => i + 1),
      );
      const latest = at(last, 'sessionEvents.event.candidates');
      await masks.until((values) => isDeepStrictEqual(at(values.at(-1), 'maskUpdates.candidates'), latest));
      expect(masks.values.length - read).toBeLessThan(clicks);
    },
  );
});
