import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import { MaskwireError } from '#src/errors.js';
import type { Metrics } from './metrics.js';
import type { Config } from './settings.js';

/** What OVERLOADED says: idle connections are closed after 5 seconds, so that soon there is room. */
const retryAfterMs = 1000;

/**
 * Bounds the connections that speak HTTP; one that becomes a WebSocket counts with the sockets from then on. Requests of
 * connections beyond `maxHttpConnections` are refused, those beyond twice as many are cut before they say anything.
 */
export class HttpConnections {
  readonly #open = new Set<Socket>();
  readonly #beyond = new WeakSet<Socket>();

  constructor(
    server: Server,
    private readonly config: Pick<Config, 'maxHttpConnections' | 'maxSockets'>,
    metrics: Metrics,
  ) {
    // Node counts WebSockets in.
    server.maxConnections = config.maxSockets + 2 * config.maxHttpConnections;
    server.on('connection', (socket: Socket) => {
      if (this.#open.size >= config.maxHttpConnections) this.#beyond.add(socket);
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
    server.on('upgrade', ({ socket }: IncomingMessage) => this.#open.delete(socket));
    metrics.gauge('maskwire_http_connections', 'HTTP connections that are open now.', () => this.#open.size);
  }

  /** Refuses requests of connections beyond the bound, with OVERLOADED, and ends these connections. */
  readonly admit: RequestHandler = (request, response, next) => {
    if (!this.#beyond.has(request.socket)) {
      next();
      return;
    }
    response.set('connection', 'close');
    const { maxHttpConnections } = this.config;
    const message = `${maxHttpConnections} HTTP connections are open (maxHttpConnections): come again later.`;
    throw new MaskwireError('OVERLOADED', message, { limit: 'maxHttpConnections', retryAfterMs });
  };
}
