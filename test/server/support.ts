import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { MaskwireError } from '#src/errors.js';
import { ImageStore } from '#src/images/ingest.js';
import type { Api, Caller } from '#src/server/api.js';
import { configWith } from '#src/server/config.js';
import { startHttp } from '#src/server/http.js';
import { Lifecycle } from '#src/server/lifecycle.js';
import { openLog } from '#src/server/log.js';
import { Metrics } from '#src/server/metrics.js';
import { executableSchema } from '#src/server/schema.js';
import type { Liveness } from '#src/sessions/liveness.js';
import { imageLimitsOf, type Config } from '#src/server/settings.js';

/** A schema that does, on demand, everything that a transport has to cope with. */
const sdl = `
  type Query {
    hello(name: String = "world"): String!
    who: String!
    echo(text: String!): String!
    fault: String
    refused: String
    slow(id: ID!): String!
    tree: Tree!
  }
  type Tree { tree: Tree! leaf: Int! }
  type Mutation { set(input: SetInput!): Int! }
  input SetInput @oneOf { value: Int text: String }
  type Subscription {
    count(to: Int!): Int!
    chunks(count: Int!, bytes: Int!): String!
    never: Int!
    faulty: Int!
    refusing: Int!
  }
`;

/** Calls of `slow` that wait for `release`. */
export class Gate {
  readonly #open = new Map<string, () => void>();

  wait(id: string): Promise<void> {
    return new Promise((resolve) => this.#open.set(id, resolve));
  }

  release(id: string): void {
    this.#open.get(id)?.();
  }

  get waiting(): number {
    return this.#open.size;
  }
}

function resolversFor(gate: Gate, sent: { started: number; chunks: number; ended: number }, liveness: Liveness[]) {
  const refuse = () => {
    throw new MaskwireError('CONFLICT', 'expected revision 2; got 1', { currentRevision: 2 });
  };
  const tree = { tree: () => tree, leaf: 1 };
  return {
    Query: {
      hello: (_: unknown, { name }: { name: string }) => `Hello ${name}`,
      who: (_: unknown, _args: unknown, { participant }: Caller) => `${participant.id}/${participant.name}`,
      echo: (_: unknown, { text }: { text: string }) => text,
      fault: () => {
        throw new TypeError('secret of the house');
      },
      refused: refuse,
      slow: async (_: unknown, { id }: { id: string }) => {
        await gate.wait(id);
        return id;
      },
      tree: () => tree,
    },
    Mutation: { set: () => 1 },
    Subscription: {
      count: {
        subscribe: async function* (_: unknown, { to }: { to: number }) {
          await Promise.resolve();
          for (let count = 1; count <= to; count++) yield { count };
        },
      },
      chunks: {
        subscribe: async function* (_: unknown, { count, bytes }: { count: number; bytes: number }) {
          await Promise.resolve();
          sent.started += 1;
          try {
            for (let i = 0; i < count; i++) {
              sent.chunks += 1;
              yield { chunks: String(i).padEnd(bytes, '.') };
            }
          } finally {
            sent.ended += 1;
          }
        },
      },
      never: {
        subscribe: (_: unknown, _args: unknown, { connection }: Caller) => {
          if (connection) liveness.push(connection);
          let end: (done: IteratorResult<never>) => void;
          const done = { done: true as const, value: undefined };
          return {
            next: () => new Promise<IteratorResult<never>>((resolve) => (end = resolve)),
            return: () => {
              sent.ended += 1;
              end(done);
              return Promise.resolve(done);
            },
            throw: (error: Error) => Promise.reject(error),
            [Symbol.asyncIterator]() {
              return this;
            },
          };
        },
      },
      faulty: {
        subscribe: async function* () {
          await Promise.resolve();
          yield { faulty: 1 };
          throw new TypeError('secret of the house');
        },
      },
      refusing: { subscribe: refuse },
    },
  };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'maskwire-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Both transports on a free port, with the schema above and a real image store. Ends with the test. */
export async function startTransports(replaced: Partial<Config> = {}, pageFolder = '/nonexistent') {
  const folder = await temporaryFolder();
  const config = configWith({ port: 0, ...replaced });
  const lines: Record<string, unknown>[] = [];
  const log = openLog('debug', { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  const gate = new Gate();
  const sent = { started: 0, chunks: 0, ended: 0 };
  const liveness: Liveness[] = [];
  const lifecycle = new Lifecycle();
  const metrics = new Metrics();
  const api: Api = {
    schema: executableSchema(sdl, resolversFor(gate, sent, liveness)),
    contextFor: (caller) => caller,
    config,
    log,
    lifecycle,
    metrics,
  };
  const images = await ImageStore.open(join(folder, 'images'), imageLimitsOf(config));
  const checks = { stopping: () => (lifecycle.stopping ? 'stopping' : null) };
  const http = await startHttp(api, images, checks, pageFolder);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= http.close());
  onTestFinished(close);
  return { url: http.url, folder, config, lines, gate, sent, liveness, lifecycle, metrics, close };
}

/** What fetch wants to be told when a body is a stream; its types do not know it. */
export const streaming: object = { duplex: 'half' };

interface GraphqlAnswer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: unknown; extensions: Record<string, unknown> }[];
}

export async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, ...((await response.json()) as GraphqlAnswer) };
}

interface Message {
  type: string;
  id?: string;
  payload?: unknown;
}

/** A WebSocket that speaks the protocol by hand; messages and the close wait until they are asked for. */
export class RawSocket {
  readonly #messages: Message[] = [];
  readonly #waiting: ((message: Message) => void)[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as Message;
      const waiting = this.#waiting.shift();
      if (waiting) waiting(message);
      else this.#messages.push(message);
    });
  }

  static async open(url: string, options: WebSocket.ClientOptions = {}): Promise<RawSocket> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', options);
    const raw = new RawSocket(socket);
    await once(socket, 'open');
    return raw;
  }

  /** Opened and acknowledged. */
  static async connect(url: string, params?: object, options: WebSocket.ClientOptions = {}): Promise<RawSocket> {
    const raw = await RawSocket.open(url, options);
    raw.send({ type: 'connection_init', ...(params && { payload: params }) });
    const ack = await raw.next();
    if (ack.type !== 'connection_ack') throw new Error(`expected connection_ack; got ${ack.type}`);
    return raw;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  next(): Promise<Message> {
    const message = this.#messages.shift();
    if (message) return Promise.resolve(message);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The one result of a query or mutation, or its errors. */
  async request(id: string, query: string, variables: object = {}): Promise<GraphqlAnswer> {
    this.subscribe(id, query, variables);
    const message = await this.next();
    if (message.type === 'error') return { errors: message.payload as NonNullable<GraphqlAnswer['errors']> };
    const complete = await this.next();
    if (complete.type !== 'complete') throw new Error(`expected complete; got ${complete.type}`);
    return message.payload as GraphqlAnswer;
  }
}
