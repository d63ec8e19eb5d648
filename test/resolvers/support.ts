import { createClient, type Client } from 'graphql-ws';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { pino } from 'pino';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { configWith } from '#src/server/config.js';
import { startServer, type RunningServer } from '#src/server/server.js';
import type { Config } from '#src/server/settings.js';

const contract = await readFile(new URL('../contract/operations.graphql', import.meta.url), 'utf8');

/** The contract's document of this name, with the fragments that it uses. */
export function operation(name: string): string {
  const parts = contract.split(/^(?=query |mutation |subscription |fragment |#)/m);
  const found = parts.find((part) => new RegExp(`^(query|mutation|subscription) ${name}\\b`).test(part));
  if (!found) throw new Error(`The contract has no operation ${name}.`);
  const fragments = (text: string): string[] =>
    [...text.matchAll(/\.\.\.(ObjectState|Candidate)\b/g)].map(([, fragment]) => fragment ?? '');
  const needed = new Set<string>();
  const collect = (text: string) => {
    for (const fragment of fragments(text)) {
      if (needed.has(fragment)) continue;
      needed.add(fragment);
      collect(parts.find((part) => part.startsWith(`fragment ${fragment} `)) ?? '');
    }
  };
  collect(found);
  return [
    found,
    ...[...needed].map((fragment) => parts.find((part) => part.startsWith(`fragment ${fragment} `)) ?? ''),
  ].join('\n');
}

/** What tests read of an answer: plain JSON, looked at by path. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** The value at a path like `session.objects.0.id`. */
export function at(value: unknown, path: string): Json {
  let found = value as Json;
  for (const key of path.split('.')) found = (found as Record<string, Json> | null | undefined)?.[key];
  return found;
}

export function text(value: unknown, path: string): string {
  const found = at(value, path);
  if (typeof found !== 'string') throw new Error(`Expected text at ${path} of ${JSON.stringify(value)}.`);
  return found;
}

export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'maskwire-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A whole server in this process, on a free port; ends with the test. */
export async function serve(replaced: Partial<Config> = {}): Promise<RunningServer & { readonly data: string }> {
  const data = replaced.data ?? (await temporaryFolder());
  const server = await startServer(configWith({ port: 0, data, ...replaced }), pino({ level: 'silent' }));
  onTestFinished(() => server.close());
  return { ...server, data };
}

/** A participant with a WebSocket, by a client that is not ours. */
export class Person {
  readonly client: Client;

  constructor(
    readonly url: string,
    readonly id: string,
    options: { readonly retryAttempts?: number } = {},
  ) {
    this.client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { participantId: id, participantName: id.toUpperCase() },
      retryAttempts: options.retryAttempts ?? 0,
      lazyCloseTimeout: 1_000,
    });
    onTestFinished(() => this.client.dispose());
  }

  /** Over the WebSocket. */
  async run(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    try {
      for await (const result of this.client.iterate({ query, variables })) return result as Answer;
    } catch (errors) {
      // The protocol's error message, which graphql-ws throws as the list that it carries.
      if (Array.isArray(errors)) return { errors: errors as NonNullable<Answer['errors']> };
      throw errors;
    }
    throw new Error('The operation ended without a result.');
  }

  /** The data of a contract operation over the WebSocket; throws where there are errors. */
  async do(name: string, input: Record<string, unknown>): Promise<unknown> {
    return dataOf(await this.run(operation(name), { input }));
  }

  /** Over HTTP. */
  post(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
    return post(this.url, query, variables, {
      'x-participant-id': this.id,
      'x-participant-name': this.id.toUpperCase(),
    });
  }

  follow(name: string, variables: Record<string, unknown>): Feed {
    return new Feed(this.client.iterate({ query: operation(name), variables }));
  }
}

/** The values of a subscription, read one after the other. */
export class Feed {
  constructor(private readonly iterator: AsyncIterableIterator<unknown>) {
    onTestFinished(() => this.stop());
  }

  async next(): Promise<unknown> {
    const result: IteratorResult<unknown, unknown> = await this.iterator.next();
    if (result.done) throw new Error('The subscription has ended.');
    return dataOf(result.value as Answer);
  }

  /** Reads on to the first value for which the test holds. */
  async until(test: (value: unknown) => boolean): Promise<unknown> {
    for (;;) {
      const value = await this.next();
      if (test(value)) return value;
    }
  }

  /** All values up to the end of the subscription. */
  async rest(): Promise<unknown[]> {
    const values: unknown[] = [];
    for await (const value of { [Symbol.asyncIterator]: () => this.iterator }) values.push(dataOf(value as Answer));
    return values;
  }

  /** Whether the subscription ends without another value. */
  async ended(): Promise<boolean> {
    return (await this.iterator.next()).done === true;
  }

  async stop(): Promise<void> {
    await this.iterator.return?.();
  }
}

export async function post(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

export function dataOf({ data, errors }: Answer): unknown {
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** The code of the answer's first error; undefined where it has none. */
export function codeOf({ errors }: Answer): unknown {
  return errors?.[0]?.extensions['code'];
}

/** A picture that any segmenter can do something with: a red disc and a blue square on green. */
export function picture(seed = 0): Promise<Buffer> {
  const [width, height] = [320, 240];
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const inDisc = Math.hypot(x - DISC.x, y - DISC.y) < 60;
    const inSquare = x >= 210 && x < 290 && y >= 60 && y < 140;
    pixels.set(inDisc ? [200, 40, 30] : inSquare ? [40, 60, 200] : [40, 130 + (seed % 100), 60], i * 3);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** The disc's centre in that picture. */
export const DISC = { x: 110, y: 120 };

export async function upload(url: string, bytes: Buffer): Promise<{ id: string; width: number; height: number }> {
  const response = await fetch(`${url}/images`, { method: 'PUT', body: new Uint8Array(bytes) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as { id: string; width: number; height: number };
}

/** A session on the picture; answers its id. */
export async function openSession(person: Person, input: Record<string, unknown> = {}): Promise<string> {
  const image = await upload(person.url, await picture());
  return text(await person.do('OpenSession', { image: { id: image.id }, ...input }), 'openSession.session.id');
}

/** One foreground click; answers the object's id. */
export async function click(person: Person, sessionId: string, more: Record<string, unknown> = {}): Promise<string> {
  const data = await person.do('AddPrompts', { sessionId, prompts: [{ point: DISC }], ...more });
  return text(data, 'addPrompts.object.id');
}

export function typeOf(value: unknown): Json {
  return at(value, 'sessionEvents.event.__typename');
}

export function isCandidates(value: unknown): boolean {
  return typeOf(value) === 'CandidatesProduced';
}

/** Ids of the processes that this one started, by the kernel's word. */
export async function childrenOf(pid: number | undefined): Promise<number[]> {
  const stats = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')),
  );
  return stats.flatMap((stat) => {
    const [, id, parent] = /^(\d+) \(.*\) \S (\d+)/s.exec(stat) ?? [];
    return Number(parent) === pid ? [Number(id)] : [];
  });
}
