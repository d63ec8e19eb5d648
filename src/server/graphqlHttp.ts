import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { Router, type RequestHandler } from 'express';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { Api } from './api.js';
import { graphiqlPage } from './graphiql.js';
import { claimsOfRequest, identify } from './identity.js';
import { assertReadable, limitRules, parseOptions } from './limits.js';
import { observeOperation } from './observe.js';
import { presentError } from './presentation.js';
import { requestIdOf } from './requests.js';

/** GraphQL over HTTP: POST, GET for queries, and GraphiQL for browsers. */
export interface GraphqlHttp {
  readonly router: Router;
  close(): Promise<void>;
}

export async function startGraphqlHttp(api: Api): Promise<GraphqlHttp> {
  const apollo = new ApolloServer<object>({
    schema: api.schema,
    introspection: true,
    csrfPrevention: true,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    // Every selection costs at least 1, so the cost limit, which both transports have, always comes first.
    maxRecursiveSelections: api.config.maxQueryCost,
    parseOptions: parseOptions(api.config),
    validationRules: limitRules(api.config),
    formatError: (_formatted, error) => presentError(asGraphqlError(error)),
    logger: api.log.child({ library: 'apollo-server' }),
    plugins: [ApolloServerPluginLandingPageDisabled(), observe(api)],
  });
  await apollo.start();

  const router = Router();
  router.get('/', graphiqlPage);
  router.use(admit(api));
  router.use(express.json({ limit: api.config.maxRequestBytes }));
  router.use(readable(api));
  router.use(
    expressMiddleware(apollo, {
      context: ({ req, res }) =>
        Promise.resolve(
          api.contextFor({ participant: identify(claimsOfRequest(req.headers)), requestId: requestIdOf(res) }),
        ),
    }),
  );
  return { router, close: () => apollo.stop() };
}

/** Refuses what cannot be served before the body is read, and counts the request as running until it is answered. */
function admit(api: Api): RequestHandler {
  return (request, response, next) => {
    api.lifecycle.assertTakingWork();
    identify(claimsOfRequest(request.headers));
    response.once('close', api.lifecycle.begin());
    next();
  };
}

/** Refuses documents that take too long to read. */
function readable({ config }: Api): RequestHandler {
  return (request, _response, next) => {
    const { query } = (request.method === 'GET' ? request.query : (request.body ?? {})) as { query?: unknown };
    if (typeof query === 'string') assertReadable(query, config);
    next();
  };
}

function observe(api: Api): ApolloServerPlugin<object> {
  return {
    requestDidStart: () => {
      const started = performance.now();
      return Promise.resolve({
        didResolveOperation: ({ operation }) => {
          if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return Promise.resolve();
          const message = 'Subscriptions run over WebSocket: same address, protocol graphql-transport-ws.';
          return Promise.reject(
            new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } }),
          );
        },
        willSendResponse: ({ operation, operationName, request, response }) => {
          const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
          const name = operationName ?? undefined;
          const { variables } = request;
          observeOperation(api.metrics, { transport: 'http', started, operation, name, variables, errors });
          return Promise.resolve();
        },
      });
    },
  };
}

function asGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
