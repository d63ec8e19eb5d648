import { randomBytes } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Api } from './api.js';
import { CloseCode } from './closeCodes.js';
import { Connection } from './connection.js';
import { graphqlOverWebSocket } from './graphqlSocket.js';

/** How long a client has to answer a close frame before its socket is cut. */
const closeTimeout = 2_000;

interface Refusal {
  readonly status: 403 | 404 | 429 | 503;
  readonly code: 'FORBIDDEN' | 'NOT_FOUND' | 'OVERLOADED' | 'UNAVAILABLE';
  readonly message: string;
}

/** All WebSockets of the server: who may open one, their heartbeat, and their end. */
export class Sockets {
  readonly #server: WebSocketServer;
  readonly #connections = new Set<Connection>();
  readonly #perAddress = new Map<string, number>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #serve: (connection: Connection) => void;

  constructor(private readonly api: Api) {
    const { config, metrics } = api;
    this.#serve = graphqlOverWebSocket(api);
    // Types of ws 8.18 do not know `closeTimeout` yet, which ws has since 8.19.
    const options = { noServer: true, clientTracking: false, maxPayload: config.maxRequestBytes, closeTimeout };
    this.#server = new WebSocketServer({ ...options, perMessageDeflate: false, handleProtocols });
    this.#heartbeat = setInterval(() => {
      for (const connection of this.#connections) connection.beat();
    }, config.socketPingMs);
    metrics.gauge('maskwire_sockets', 'WebSockets that are open now.', () => this.#connections.size);
  }

  /** The `upgrade` listener of the HTTP server. Refuses with an HTTP answer, or opens the socket. */
  readonly upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    // A client that goes away during the handshake must not end the process.
    stream.on('error', () => stream.destroy());
    const address = request.socket.remoteAddress ?? '';
    const refusal = this.#refusal(request, address);
    if (refusal) {
      this.api.metrics.socketsRefused.inc({ status: refusal.status });
      this.api.log.info({ address, ...refusal }, 'socket refused');
      refuse(stream, refusal);
      return;
    }
    this.#server.handleUpgrade(request, stream, head, (socket) => this.#open(socket, address));
  };

  /** Closes all sockets with 1001 and resolves when they are gone. */
  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    const gone = [...this.#connections].map(async ({ socket }) => {
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.close(CloseCode.GoingAway, 'Going away');
      });
    });
    await Promise.all(gone);
  }

  #refusal(request: IncomingMessage, address: string): Refusal | undefined {
    const { config, lifecycle } = this.api;
    const path = request.url?.split('?', 1)[0];
    if (path !== '/graphql') {
      return { status: 404, code: 'NOT_FOUND', message: 'WebSockets are served at /graphql only.' };
    }
    if (lifecycle.stopping) return { status: 503, code: 'UNAVAILABLE', message: 'The server is stopping.' };
    const { origin, host } = request.headers;
    if (origin !== undefined && !isOwn(origin, host) && !config.allowedOrigins.includes(origin)) {
      const message = `Pages of ${origin} may not connect: the operator can add it to allowedOrigins.`;
      return { status: 403, code: 'FORBIDDEN', message };
    }
    if (this.#connections.size >= config.maxSockets) {
      return { status: 503, code: 'OVERLOADED', message: `${config.maxSockets} WebSockets are open (maxSockets).` };
    }
    if ((this.#perAddress.get(address) ?? 0) >= config.maxSocketsPerAddress) {
      const message = `${config.maxSocketsPerAddress} WebSockets are open from this address (maxSocketsPerAddress).`;
      return { status: 429, code: 'OVERLOADED', message };
    }
    return undefined;
  }

  #open(socket: WebSocket, address: string): void {
    const { config, log, metrics } = this.api;
    const connection = new Connection(randomBytes(6).toString('base64url'), socket, config);
    this.#connections.add(connection);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    socket.on('error', (error) => log.debug({ connectionId: connection.id, err: error }, 'socket error'));
    socket.once('close', (code) => {
      this.#connections.delete(connection);
      const left = (this.#perAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#perAddress.delete(address);
      else this.#perAddress.set(address, left);
      metrics.socketsClosed.inc({ code });
      log.debug({ connectionId: connection.id, code }, 'socket closed');
    });
    log.debug({ connectionId: connection.id, address }, 'socket opened');
    this.#serve(connection);
  }
}

function isOwn(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}

function refuse(stream: Duplex, { status, code, message }: Refusal): void {
  const body = JSON.stringify({ error: { code, message } });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 429 || status === 503 ? ['Retry-After: 5'] : []),
  ];
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => stream.destroy());
}
