import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { MaskwireError } from '#src/errors.js';
import type { Participant } from '#src/sessions/participant.js';

/** What a caller says of itself. */
export interface Claims {
  readonly id?: unknown;
  readonly name?: unknown;
}

const claim = z
  .string()
  .trim()
  .min(1)
  .max(64)
  // No control characters: these strings are shown to people and stand in logs.
  .regex(/^[^\p{Cc}]*$/u);

/**
 * Who is asking. Today everybody is who they say; real authentication replaces this function and nothing else.
 * @returns `anonymous` / `Anonymous` where nothing is claimed; the id as name where only the id is.
 * @throws MaskwireError BAD_USER_INPUT for a claim that is no text of 1 to 64 characters.
 */
export function identify(claims: Claims): Participant {
  const id = checked('participantId', claims.id) ?? 'anonymous';
  const name = checked('participantName', claims.name) ?? (id === 'anonymous' ? 'Anonymous' : id);
  return { id, name };
}

/** The claims of a WebSocket: `participantId` and `participantName` of its connection parameters. */
export function claimsOfConnection(parameters: Readonly<Record<string, unknown>> | undefined): Claims {
  return { id: parameters?.['participantId'], name: parameters?.['participantName'] };
}

/**
 * The claims of an HTTP request: `x-participant-id` and `x-participant-name`, percent-encoded where they hold characters
 * that headers cannot.
 * @throws MaskwireError BAD_USER_INPUT for an encoding that cannot be read.
 */
export function claimsOfRequest(headers: IncomingHttpHeaders): Claims {
  return { id: decoded(headers, 'x-participant-id'), name: decoded(headers, 'x-participant-name') };
}

function decoded(headers: IncomingHttpHeaders, header: string): string | undefined {
  const value = headers[header];
  if (typeof value !== 'string') return undefined;
  try {
    return decodeURIComponent(value);
  } catch (cause) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `${header}: expected percent-encoded UTF-8; got ${JSON.stringify(value)}`,
      {},
      { cause },
    );
  }
}

function checked(what: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const result = claim.safeParse(value);
  if (result.success) return result.data;
  const got = JSON.stringify(value).slice(0, 80);
  throw new MaskwireError('BAD_USER_INPUT', `${what}: expected a text of 1 to 64 printable characters; got ${got}`);
}
