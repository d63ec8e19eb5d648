import { execute, OperationTypeNode, subscribe } from 'graphql';
import type { DocumentNode, ExecutionArgs, ExecutionResult, FormattedExecutionResult } from 'graphql';
import type { GraphQLFormattedError, OperationDefinitionNode } from 'graphql';
import { makeServer, type Context, type ServerOptions, type SubscribePayload } from 'graphql-ws';
import { MaskwireError } from '#src/errors.js';
import type { Participant } from '#src/sessions/participant.js';
import type { Api } from './api.js';
import { CloseCode, closeReason } from './closeCodes.js';
import type { Connection } from './connection.js';
import { Documents, RefusedDocument } from './documents.js';
import { claimsOfConnection, identify } from './identity.js';
import { withLog } from './log.js';
import { observeOperation } from './observe.js';
import { maskFault, presentError, wrapError } from './presentation.js';

type Params = Record<string, unknown> | undefined;

/** What graphql-ws keeps for us with each socket. */
interface Extra {
  readonly connection: Connection;
  participant: Participant;
  /** Operations that were admitted and whose result, or the begin of whose stream, is not there yet. */
  executing: number;
  /** Messages that have come: the number of the latest one stands in the id of its request. */
  messages: number;
}
type SocketContext = Context<Params, Extra>;

/** What is remembered of an operation from its arrival to its end. */
interface Operation {
  readonly started: number;
  readonly extra: Extra;
  /** Absent where the document could not be read. */
  readonly definition?: OperationDefinitionNode;
}

/** Makes what serves GraphQL on a connection: the graphql-transport-ws protocol, with HTTP's limits and errors. */
export function graphqlOverWebSocket(api: Api): (connection: Connection) => void {
  const documents = new Documents(api.schema, api.config);
  const contexts = new Set<SocketContext>();
  // Found by the payload that asked for the operation, and by the arguments that it is executed with.
  const operations = new WeakMap<SubscribePayload | ExecutionArgs, Operation>();

  const options: ServerOptions<Params, Extra> = {
    connectionInitWaitTimeout: api.config.connectionInitTimeoutMs,
    onConnect: (context) => {
      context.extra.participant = identify(claimsOfConnection(context.connectionParams));
      contexts.add(context);
    },
    onSubscribe: (context, _id, payload) => {
      const operation = { started: performance.now(), extra: context.extra };
      operations.set(payload, operation);
      try {
        admit(api, context);
        const { document, definition } = documents.read(payload.query, payload.operationName);
        const args = executionArgs(api, context.extra, payload, document);
        operations.set(payload, { ...operation, definition });
        operations.set(args, { ...operation, definition });
        context.extra.executing += 1;
        return args;
      } catch (error) {
        return error instanceof RefusedDocument ? error.errors : [wrapError(error)];
      }
    },
    execute: (args) => run(args, execute),
    subscribe: (args) => run(args, subscribe),
    onNext: (_context, _id, payload, _args, result) => {
      const errors = result.errors?.map((error) => presentError(error));
      const isEvent = operations.get(payload)?.definition?.operation === OperationTypeNode.SUBSCRIPTION;
      if (!isEvent || errors) observe(payload, errors ?? []);
      return { ...result, ...(errors && { errors }) } as FormattedExecutionResult;
    },
    onError: (_context, _id, payload, errors) => {
      const presented = errors.map((error) => presentError(error));
      observe(payload, presented);
      return presented;
    },
    onClose: (context) => {
      contexts.delete(context);
    },
  };

  async function run<Result>(args: ExecutionArgs, perform: (args: ExecutionArgs) => Result | Promise<Result>) {
    const extra = operations.get(args)?.extra;
    const end = api.lifecycle.begin();
    try {
      return await perform(args);
    } catch (fault) {
      // Thrown on, it would close the socket and take the other operations with it.
      return { errors: [wrapError(fault)] } satisfies ExecutionResult;
    } finally {
      if (extra) extra.executing -= 1;
      end();
    }
  }

  function observe(payload: SubscribePayload, errors: readonly GraphQLFormattedError[]): void {
    const { started, definition } = operations.get(payload) ?? { started: performance.now() };
    const name = payload.operationName ?? definition?.name?.value;
    const { variables } = payload;
    observeOperation(api.metrics, { transport: 'websocket', started, operation: definition, name, variables, errors });
  }

  api.metrics.gauge('maskwire_subscriptions', 'GraphQL subscriptions that run now.', () => {
    let streams = 0;
    for (const { subscriptions } of contexts) for (const id in subscriptions) if (subscriptions[id]) streams += 1;
    return streams;
  });
  const server = makeServer(options);
  return (connection) => serve(api, server, connection);
}

/** Connects one socket to the protocol. */
function serve(api: Api, server: ReturnType<typeof makeServer<Params, Extra>>, connection: Connection): void {
  const { socket } = connection;
  const extra: Extra = { connection, participant: identify({}), executing: 0, messages: 0 };
  const log = api.log.child({ connectionId: connection.id });
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (data) => connection.send(data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (handle) =>
        socket.on('message', (data) => {
          // What comes before the other end has seen the close frame is not served.
          if (socket.readyState !== socket.OPEN) return;
          extra.messages += 1;
          const text = (data as Buffer).toString();
          void withLog(log.child({ requestId: requestIdOf(extra) }), () =>
            handle(text).catch((error: unknown) => closeFor(connection, error)),
          );
        }),
    },
    extra,
  );
  socket.once('close', (code, reason) => {
    void withLog(log, () => closed(code, reason.toString()).catch((error: unknown) => void maskFault(error)));
  });
}

function requestIdOf({ connection, messages }: Extra): string {
  return `${connection.id}-${messages}`;
}

/** Closes the socket for an error that belongs to no operation. */
function closeFor({ socket }: Connection, error: unknown): void {
  // The second is what graphql-ws throws for a message of the protocol that only servers send.
  if (error instanceof MaskwireError || (error instanceof Error && error.message.startsWith('Unexpected message'))) {
    socket.close(CloseCode.BadRequest, closeReason(error.message));
  } else {
    socket.close(CloseCode.InternalServerError, closeReason(maskFault(error).message));
  }
}

/** @throws MaskwireError UNAVAILABLE, OVERLOADED, the latter also for operations that come too fast. */
function admit({ config, lifecycle }: Api, { extra, subscriptions }: SocketContext): void {
  lifecycle.assertTakingWork();
  const { overdrawnMs: retryAfterMs } = extra.connection;
  if (retryAfterMs > 0) {
    throw new MaskwireError(
      'OVERLOADED',
      `At most ${config.maxMessagesPerSecond} messages a second are taken from one socket, after a pause ` +
        `${config.maxMessageBurst} at once: send fewer.`,
      { limit: 'maxMessagesPerSecond', retryAfterMs },
    );
  }
  // An operation that the client has completed leaves `subscriptions` at once, but may still run.
  const running = Math.max(Object.keys(subscriptions).length, extra.executing + 1);
  if (running > config.maxOperationsPerSocket) {
    throw new MaskwireError(
      'OVERLOADED',
      `At most ${config.maxOperationsPerSocket} operations run on one socket at one time: wait for one to end.`,
      { limit: 'maxOperationsPerSocket', retryAfterMs: 1000 },
    );
  }
}

function executionArgs(api: Api, extra: Extra, payload: SubscribePayload, document: DocumentNode): ExecutionArgs {
  const { connection, participant } = extra;
  return {
    schema: api.schema,
    document,
    operationName: payload.operationName ?? null,
    variableValues: payload.variables ?? null,
    contextValue: api.contextFor({ participant, requestId: requestIdOf(extra), connection }),
  };
}
