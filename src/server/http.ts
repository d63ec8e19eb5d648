import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import express, { type RequestHandler } from 'express';
import { MaskwireError } from '#src/errors.js';
import type { ImageStore } from '#src/images/ingest.js';
import type { Api } from './api.js';
import { allowOrigins } from './cors.js';
import { startGraphqlHttp } from './graphqlHttp.js';
import { healthRoutes, type ReadinessCheck } from './health.js';
import { HttpConnections } from './httpConnections.js';
import { answerError, answerGraphqlError } from './httpErrors.js';
import { imageRoutes } from './images.js';
import { identifyRequests } from './requests.js';
import { Sockets } from './sockets.js';

/** The one port of the server: HTTP and WebSocket. */
export interface Http {
  /** `http://address:port`, without a slash at its end. */
  readonly url: string;
  /** Closes the sockets with 1001, ends idle connections, and cuts what is left. */
  close(): Promise<void>;
}

/**
 * Listens, and answers from the first request on.
 * @param pageFolder the annotator page; where it has not been built, `/` leads to GraphiQL.
 * @throws MaskwireError UNAVAILABLE where the address cannot be listened on, saying what to do.
 */
export async function startHttp(
  api: Api,
  images: ImageStore,
  checks: Readonly<Record<string, ReadinessCheck>>,
  pageFolder: string,
): Promise<Http> {
  const { config, log, metrics } = api;
  const graphql = await startGraphqlHttp(api);
  metrics.gauge('maskwire_requests_running', 'Requests and operations that run now.', () => api.lifecycle.running);
  const server = createServer({
    requestTimeout: config.requestTimeoutMs,
    headersTimeout: Math.min(config.requestTimeoutMs, 60_000),
    connectionsCheckingInterval: Math.min(config.requestTimeoutMs, 10_000),
  });
  const connections = new HttpConnections(server, config, metrics);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(identifyRequests(log, metrics));
  app.use(allowOrigins(config.allowedOrigins));
  app.use(healthRoutes(metrics, checks));
  // After the routes of health: a server that is full is not a sick one.
  app.use(connections.admit);
  app.use('/images', continueExpected('maxImageBytes', config.maxImageBytes), imageRoutes(images, api.lifecycle));
  app.use('/graphql', continueExpected('maxRequestBytes', config.maxRequestBytes), graphql.router, answerGraphqlError);
  if (existsSync(pageFolder)) app.use(express.static(pageFolder));
  else app.get('/', (_request, response) => response.redirect('/graphql'));
  app.use((request) => {
    throw new MaskwireError('NOT_FOUND', `There is nothing at ${request.method} ${request.path.slice(0, 200)}.`);
  });
  app.use(answerError);

  const sockets = new Sockets(api);
  const answer = app as (request: IncomingMessage, response: ServerResponse) => void;
  server.on('request', answer);
  server.on('checkContinue', answer);
  server.on('upgrade', sockets.upgrade);
  try {
    await listen(server, config.host, config.port);
  } catch (error) {
    await Promise.all([sockets.close(), graphql.close()]);
    throw error;
  }

  return {
    url: urlOf(server.address() as AddressInfo),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await sockets.close();
      server.closeAllConnections();
      await Promise.all([closed, graphql.close()]);
    },
  };
}

/**
 * Refuses a body that is declared too large before it is sent, and lets a client that waits for it (`Expect:
 * 100-continue`) go on otherwise.
 */
function continueExpected(limit: 'maxImageBytes' | 'maxRequestBytes', maxBytes: number): RequestHandler {
  return (request, response, next) => {
    const declared = Number(request.get('content-length') ?? 0);
    if (declared > maxBytes) {
      const message = `Expected at most ${maxBytes} bytes (${limit}); ${declared} were announced.`;
      throw new MaskwireError('TOO_LARGE', message, { limit });
    }
    if (request.get('expect') !== undefined) response.writeContinue();
    next();
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const advice: Readonly<Record<string, string>> = {
      EADDRINUSE: 'is in use: stop what listens there, or choose another with --port (0 takes a free one)',
      EACCES: 'may not be used by this account: choose one from 1024 up with --port',
      EADDRNOTAVAIL: 'is no address of this machine: choose another with --host',
      ENOTFOUND: 'is no address of this machine: choose another with --host',
    };
    if (!(code in advice)) throw cause;
    throw new MaskwireError('UNAVAILABLE', `${host}:${port} ${advice[code] ?? ''}.`, {}, { cause });
  }
}

function urlOf({ address, family, port }: AddressInfo): string {
  // Listening on all addresses includes this one, which a person can open.
  const host = address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address;
  return `http://${family === 'IPv6' && host.includes(':') ? `[${host}]` : host}:${port}`;
}
