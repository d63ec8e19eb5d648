import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as connectTcp, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import {
  connect,
  type Client,
  type LiveSession,
  type SegmentedObject,
  type SessionSnapshot,
} from '#src/client/index.js';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** A real server in a process of its own, on a data folder of its own, that can be killed and started again. */
export class TestServer {
  #child: ChildProcess | null = null;
  #port = 0;

  private constructor(
    private readonly folder: string,
    private readonly flags: readonly string[],
  ) {}

  static async start(...flags: string[]): Promise<TestServer> {
    const server = new TestServer(await mkdtemp(join(tmpdir(), 'maskwire-client-')), flags);
    await server.start();
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts the process again, on the port that it had. */
  async start(): Promise<void> {
    const args = ['serve', '--port', String(this.#port), '--data', this.folder, '--log-level', 'warn', ...this.flags];
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    for await (const line of createInterface(child.stdout)) {
      const port = /^maskwire ready http:.*:(\d+)$/.exec(line)?.[1];
      if (port === undefined) continue;
      this.#port = Number(port);
      return;
    }
    throw new Error('The server ended before it was ready.');
  }

  /** Ends the process as a power cut would, or, with SIGTERM, in order. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A TCP proxy: the network between client and server, which a test can cut. */
export class Network {
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  readonly #server: Server;
  #up = true;
  /** How many connections were made. */
  connections = 0;

  private constructor(private readonly serverPort: () => number) {
    this.#server = createServer({ noDelay: true }, (inner) => this.#join(inner));
  }

  static async to(server: TestServer): Promise<Network> {
    const network = new Network(() => server.port);
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    onTestFinished(() => network.close());
    return network;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks every connection, and refuses new ones until `restore`. */
  cut(): void {
    this.#up = false;
    this.breakConnections();
  }

  restore(): void {
    this.#up = true;
  }

  /** Breaks every connection; new ones may be made at once. */
  breakConnections(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#pairs.clear();
  }

  /** Lets the server's answers no longer through, without any end of a connection that the client could notice. */
  muteServer(): void {
    for (const [, outer] of this.#pairs) outer.pause();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(inner: Socket): void {
    if (!this.#up) return void inner.destroy();
    this.connections++;
    const outer = connectTcp({ port: this.serverPort(), host: '127.0.0.1', noDelay: true });
    const pair = [inner, outer] as const;
    this.#pairs.add(pair);
    inner.on('data', (data) => outer.write(data));
    outer.on('data', (data) => inner.write(data));
    for (const [socket, other] of [pair, [outer, inner] as const]) {
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        other.destroy();
        this.#pairs.delete(pair);
      });
    }
  }
}

/** A client of the server that is closed after the test. */
export function clientOf({ url }: { readonly url: string }, name = 'Ada'): Client {
  const participant = { id: name.toLowerCase(), name };
  const client = connect({ url, participant, webSocketImpl: WebSocket });
  onTestFinished(() => client.close());
  return client;
}

export function sample(name = 'fruit-bowl.jpg'): Promise<Uint8Array<ArrayBuffer>> {
  return readFile(fileURLToPath(new URL(`../../samples/${name}`, import.meta.url))).then(
    (bytes) => new Uint8Array(bytes),
  );
}

/** A session on a sample image, opened by this client. */
export async function openSample(client: Client, title = ''): Promise<LiveSession> {
  const { id } = await client.uploadImage(await sample());
  return client.openSession({ image: { id }, title });
}

/** Waits until the session's state is as wanted, and answers it. */
export function stateWhere(
  session: LiveSession,
  wanted: (state: SessionSnapshot) => boolean,
): Promise<SessionSnapshot> {
  return new Promise((resolve) => {
    const check = () => {
      const state = session.state();
      if (!wanted(state)) return;
      off();
      resolve(state);
    };
    const off = session.onState(check);
    check();
  });
}

export function objectIn(state: SessionSnapshot, id: string): SegmentedObject {
  const object = state.objects.find((other) => other.id === id);
  if (!object) throw new Error(`The state has no object ${id}.`);
  return object;
}

/** Whether every object's candidates answer its newest prompts. */
export function isAnswered({ objects }: SessionSnapshot): boolean {
  return objects.every(
    ({ prompts, candidates, failure }) => prompts.length === 0 || candidates.length > 0 || failure !== null,
  );
}

export async function take<T>(source: AsyncIterable<T>, count: number): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) {
    values.push(value);
    if (values.length === count) break;
  }
  return values;
}
