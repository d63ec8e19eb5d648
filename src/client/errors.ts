/**
 * What every call of the client rejects with.
 *
 * `code` is the server's (`ErrorCode` in schema.graphql), or one of the client's own: `CLIENT_CLOSED` after `close()`,
 * `CONNECTION_FAILED` where the server cannot be reached or refuses the connection for good, `ABORTED` for an upload
 * that its signal ended.
 */
export class MaskwireClientError extends Error {
  override readonly name = 'MaskwireClientError';

  constructor(
    readonly code: string,
    message: string,
    /** What the server tells beside the code, such as `currentRevision` or `retryAfterMs`. */
    readonly extensions: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The first of the errors that a GraphQL operation answered. */
export function fromGraphQLErrors(
  errors: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> | undefined }[],
): MaskwireClientError {
  const [error] = errors;
  const { code, ...rest } = error?.extensions ?? {};
  return new MaskwireClientError(
    typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR',
    error?.message ?? 'The server answered an error without a message.',
    rest,
  );
}

/** WebSocket close codes that say what the caller did wrong; connecting again would end the same way. */
const CLOSE_CODES: Readonly<Record<number, string>> = {
  1009: 'TOO_LARGE',
  4400: 'BAD_USER_INPUT',
  4401: 'UNAUTHENTICATED',
  4403: 'FORBIDDEN',
};

/** The code of a close event; null where the value is none. */
export function closeCodeOf(reason: unknown): number | null {
  return typeof reason === 'object' && reason !== null && 'code' in reason && typeof reason.code === 'number'
    ? reason.code
    : null;
}

/** What a WebSocket ended with, as an error. */
export function fromSocket(reason: unknown): MaskwireClientError {
  const closeCode = closeCodeOf(reason);
  if (closeCode === null) {
    return new MaskwireClientError('CONNECTION_FAILED', 'The connection failed.', {}, { cause: reason });
  }
  const text = (reason as { readonly reason?: unknown }).reason;
  const why = typeof text === 'string' && text !== '' ? text : `close code ${closeCode}`;
  return new MaskwireClientError(
    CLOSE_CODES[closeCode] ?? 'CONNECTION_FAILED',
    `The server closed the connection: ${why}`,
    { closeCode },
  );
}
