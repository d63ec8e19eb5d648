import type { GraphQLFormattedError, OperationDefinitionNode } from 'graphql';
import { currentLog, sessionIdOf } from './log.js';
import type { Metrics } from './metrics.js';

interface ObservedOperation {
  readonly transport: 'http' | 'websocket';
  /** `performance.now()` at its start. */
  readonly started: number;
  /** Absent where the document could not be read. */
  readonly operation: OperationDefinitionNode | undefined;
  readonly name: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  /** As the caller sees them. */
  readonly errors: readonly GraphQLFormattedError[];
}

/**
 * Counts and logs a query or mutation that has ended, or a subscription that could not begin. Those with errors are
 * logged at level info, the others at debug: people who move a pointer send many a second.
 */
export function observeOperation(metrics: Metrics, observed: ObservedOperation): void {
  const { transport, started, operation, name, variables, errors } = observed;
  const type = operation?.operation ?? 'unknown';
  const milliseconds = performance.now() - started;
  const codes = errors.map((error) => error.extensions?.['code']);
  const outcome = typeof codes[0] === 'string' ? codes[0] : 'ok';
  metrics.operations.observe({ transport, type, outcome }, milliseconds / 1000);
  currentLog()[errors.length === 0 ? 'debug' : 'info'](
    {
      transport,
      type,
      operation: name?.slice(0, 100),
      sessionId: sessionIdOf(variables),
      ms: Math.round(milliseconds * 10) / 10,
      ...(errors.length > 0 && { errors: errors.map(({ message }, i) => `${String(codes[i])}: ${message}`) }),
    },
    'operation',
  );
}
