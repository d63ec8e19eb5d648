import { randomUUID } from 'node:crypto';
import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import { MaskwireError } from '#src/errors.js';
import { currentLog } from './log.js';

/** Codes that GraphQL itself calls for; `ErrorCode` in schema.graphql describes each. */
export type ProtocolErrorCode = 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED' | 'BAD_REQUEST' | 'BAD_USER_INPUT';

const protocolCodes: ReadonlySet<unknown> = new Set<ProtocolErrorCode>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'BAD_USER_INPUT',
]);

/**
 * What a caller sees of an error, the same over HTTP and WebSocket. An error of ours keeps its code, message and
 * details; GraphQL's own keep their message; anything else is a fault of the server: logged, and masked by an id.
 * @param assumed the code of a GraphQL error that says none, known from where it arose. By default it is the execution,
 *   where GraphQL itself objects only to the caller's variables and arguments.
 */
export function presentError(
  error: GraphQLError,
  assumed: ProtocolErrorCode = 'BAD_USER_INPUT',
): GraphQLFormattedError {
  const place = {
    ...(error.locations && { locations: error.locations }),
    ...(error.path && { path: error.path }),
  };
  const { code, limit, cause } = unwrap(error);
  if (cause instanceof MaskwireError) {
    return { message: cause.message, ...place, extensions: { ...cause.details, code: cause.code } };
  }
  if (code !== undefined || cause instanceof GraphQLError || isAboutVariable(error)) {
    // Codes of the HTTP library that the contract does not name all mean a request that cannot be served as it is.
    const promised = code === undefined || protocolCodes.has(code) ? (code ?? assumed) : 'BAD_REQUEST';
    return { message: error.message, ...place, extensions: { code: promised, ...(limit !== undefined && { limit }) } };
  }
  const { message, ...extensions } = maskFault(cause);
  return { message, ...place, extensions };
}

/** What a caller sees of a fault of the server. Logs it under the id that the caller gets. */
export function maskFault(fault: unknown) {
  const errorId = randomUUID();
  currentLog().error({ err: fault, errorId }, 'internal error');
  return {
    code: 'INTERNAL_SERVER_ERROR' as const,
    message: `Internal error. The server's log says more under the id ${errorId}.`,
    errorId,
  };
}

/** Follows the errors that wrap one another to the first cause, and picks up the code and limit said on the way. */
function unwrap(error: GraphQLError): { code: unknown; limit: unknown; cause: unknown } {
  let { code, limit } = error.extensions;
  let cause: unknown = error;
  while (cause instanceof GraphQLError && cause.originalError) {
    cause = cause.originalError;
    if (cause instanceof GraphQLError) {
      code ??= cause.extensions['code'];
      limit ??= cause.extensions['limit'];
    }
  }
  return { code, limit, cause };
}

function isAboutVariable(error: GraphQLError): boolean {
  return error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
}

/** As a GraphQL error, at the same place in the document, with a code where one is given. */
export function wrapError(error: unknown, code?: ProtocolErrorCode): GraphQLError {
  const originalError = error instanceof Error ? error : new Error(String(error));
  const extensions = code === undefined ? {} : { code };
  if (!(error instanceof GraphQLError)) return new GraphQLError(originalError.message, { originalError, extensions });
  const { nodes = null, source = null, positions = null, path = null } = error;
  return new GraphQLError(error.message, { nodes, source, positions, path, originalError, extensions });
}
