import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Participant } from '#src/sessions/participant.js';
import type { Liveness } from '#src/sessions/liveness.js';
import type { Lifecycle } from './lifecycle.js';
import type { Metrics } from './metrics.js';
import type { Config } from './settings.js';

/** Who sent an operation, and by what way. */
export interface Caller {
  readonly participant: Participant;
  readonly requestId: string;
  readonly connection?: Liveness;
}

/** What the two transports share: the same schema, context, limits, log and metrics. */
export interface Api {
  readonly schema: GraphQLSchema;
  /** Makes the context value of one operation. */
  contextFor(caller: Caller): object;
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}
