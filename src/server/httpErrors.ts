import type { ErrorRequestHandler, Response } from 'express';
import { MaskwireError, type DomainErrorCode } from '#src/errors.js';
import { maskFault, type ProtocolErrorCode } from './presentation.js';

type HttpErrorCode = DomainErrorCode | ProtocolErrorCode | 'INTERNAL_SERVER_ERROR';

const statusOf: Readonly<Record<HttpErrorCode, number>> = {
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  BAD_REQUEST: 400,
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  SUPERSEDED: 409,
  SESSION_CLOSED: 409,
  TOO_LARGE: 413,
  IMAGE_REJECTED: 422,
  UNSUPPORTED_PROMPT: 422,
  INFERENCE_FAILED: 500,
  INTERNAL_SERVER_ERROR: 500,
  OVERLOADED: 503,
  UNAVAILABLE: 503,
};

/** What an HTTP answer says of an error. */
interface HttpError {
  readonly status: number;
  readonly code: HttpErrorCode;
  readonly message: string;
  readonly [detail: string]: unknown;
}

/**
 * Answers errors as `{ "error": { "code", "message", … } }` with a fitting status.
 */
export const answerError: ErrorRequestHandler = (error: unknown, request, response, next) => {
  // The client has left in the middle of its request: what failed is no fault, and nobody waits for the answer.
  if (request.destroyed && !request.complete) return;
  const { status, ...body } = httpError(error);
  if (begin(response, status, body['retryAfterMs'])) response.json({ error: body });
  else next(error);
};

/** Answers errors that arise before GraphQL does in the form that GraphQL clients read. */
export const answerGraphqlError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const { status, message, ...extensions } = httpError(error);
  if (begin(response, status, extensions['retryAfterMs'])) response.json({ errors: [{ message, extensions }] });
  else next(error);
};

function begin(response: Response, status: number, retryAfterMs: unknown): boolean {
  if (response.headersSent) return false;
  // What was set for the answer that did not come about must not describe this one.
  response.removeHeader('etag');
  response.status(status).set('cache-control', 'no-store');
  if (typeof retryAfterMs === 'number')
    response.set('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
  return true;
}

function httpError(error: unknown): HttpError {
  if (error instanceof MaskwireError) {
    return { ...error.details, status: statusOf[error.code], code: error.code, message: error.message };
  }
  return fromLibrary(error) ?? { status: 500, ...maskFault(error) };
}

/** Express and its body parser throw errors with a status below 500 for requests that they cannot read. */
function fromLibrary(error: unknown): HttpError | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  if (error.status < 400 || error.status >= 500) return undefined;
  if (error.status === 413) {
    const limit = 'limit' in error ? `; the limit is ${String(error.limit)} bytes` : '';
    return { status: 413, code: 'TOO_LARGE', message: `The request is too large${limit}.`, limit: 'maxRequestBytes' };
  }
  return { status: error.status, code: 'BAD_REQUEST', message: `The request cannot be read: ${error.message}` };
}
