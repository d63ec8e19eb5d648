import { MaskwireError } from '#src/errors.js';

/** Bounds of `retryAfterMs`: sooner is pointless, later is a guess. */
const MIN_RETRY_MS = 100;
const MAX_RETRY_MS = 60_000;

export function unavailable(): MaskwireError {
  return new MaskwireError('UNAVAILABLE', 'The server is stopping: connect again.');
}

export function inferenceFailed(message: string): MaskwireError {
  return new MaskwireError('INFERENCE_FAILED', message);
}

/** @param drainMs how long the queue will take, as far as recent work tells. */
export function overloaded(what: string, limit: string, maximum: number, drainMs: number): MaskwireError {
  const retryAfterMs = Math.round(Math.max(MIN_RETRY_MS, Math.min(MAX_RETRY_MS, drainMs)));
  return new MaskwireError(
    'OVERLOADED',
    `At most ${maximum} ${what} may wait, and so many do: try again after ${retryAfterMs} ms.`,
    { retryAfterMs, limit },
  );
}

export function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
