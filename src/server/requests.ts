import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { currentLog, withLog } from './log.js';
import type { Metrics } from './metrics.js';

const acceptableId = /^[\w.:-]{1,64}$/;

/**
 * Gives each request an id, that of a proxy in `x-request-id` where it is well formed; answers with it; and measures and
 * logs the request when it ends.
 */
export function identifyRequests(log: Logger, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    // Routers shorten the path while they handle the request.
    const { method, path } = request;
    const offered = request.get('x-request-id');
    const requestId = offered !== undefined && acceptableId.test(offered) ? offered : randomUUID();
    response.locals['requestId'] = requestId;
    response.set('x-request-id', requestId);
    withLog(log.child({ requestId }), () => {
      response.once('close', () => {
        const seconds = (performance.now() - started) / 1000;
        const status = response.writableFinished ? response.statusCode : 499;
        metrics.httpRequests.observe({ method, route: routeOf(path), status }, seconds);
        currentLog()[status < 500 ? 'debug' : 'warn'](
          { method, path, status, ms: Math.round(seconds * 1000) },
          'request',
        );
      });
      next();
    });
  };
}

/** The id that stands in every log line of the request that this answers. */
export function requestIdOf(response: Response): string {
  return String(response.locals['requestId']);
}

/** First part of the path where it is one of ours: metrics must not grow with what callers make up. */
function routeOf(path: string): string {
  const first = /^\/(graphql|images|healthz|readyz|metrics)?(\/|$)/.exec(path)?.[1];
  return `/${first ?? ''}`;
}
