import { AsyncLocalStorage } from 'node:async_hooks';
import { pino, type DestinationStream, type Logger } from 'pino';

const perRequest = new AsyncLocalStorage<Logger>();
const silent = pino({ enabled: false });

/**
 * The log of the process: JSON lines, by default on standard error, written without waiting so that a slow reader of the
 * log cannot stall the event loop.
 */
export function openLog(level: string, destination: DestinationStream = stderr()): Logger {
  const formatters = { level: (label: string) => ({ level: label }) };
  const timestamp = pino.stdTimeFunctions.isoTime;
  return pino({ level, base: null, timestamp, messageKey: 'message', formatters }, destination);
}

function stderr(): DestinationStream {
  return pino.destination({ fd: 2, sync: false });
}

/** The log of the request that runs now, whose lines carry its id. Silent outside of requests. */
export function currentLog(): Logger {
  return perRequest.getStore() ?? silent;
}

/** Runs `work` with `log` as its `currentLog`. */
export function withLog<T>(log: Logger, work: () => T): T {
  return perRequest.run(log, work);
}

/** The session that an operation is about, where its variables say so. */
export function sessionIdOf(variables: Readonly<Record<string, unknown>> | null | undefined): string | undefined {
  const input = variables?.['input'];
  const id = variables?.['sessionId'] ?? (isRecord(input) ? input['sessionId'] : undefined);
  return typeof id === 'string' ? id.slice(0, 100) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
