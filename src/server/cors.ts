import type { RequestHandler } from 'express';

/**
 * Lets the pages of other origins that the operator names use the API from a browser. Requests without credentials only:
 * there are no cookies here.
 */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  return (request, response, next) => {
    response.vary('Origin');
    const origin = request.get('origin');
    if (origin === undefined || !origins.includes(origin)) {
      next();
      return;
    }
    response.set({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'Location, Retry-After, X-Request-Id',
    });
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response.set({
      'access-control-allow-methods': 'GET, POST, PUT',
      'access-control-allow-headers':
        'Content-Type, X-Participant-Id, X-Participant-Name, X-Request-Id, Apollo-Require-Preflight, X-Apollo-Operation-Name',
      'access-control-max-age': '600',
    });
    response.status(204).end();
  };
}
