/** The codes that the domain raises; `ErrorCode` in schema.graphql describes each. */
export type DomainErrorCode =
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'SUPERSEDED'
  | 'OVERLOADED'
  | 'SESSION_CLOSED'
  | 'IMAGE_REJECTED'
  | 'UNSUPPORTED_PROMPT'
  | 'TOO_LARGE'
  | 'INFERENCE_FAILED'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'UNAVAILABLE';

/**
 * An error that the caller can do something about. Its message says what was expected and what came, and reaches the
 * caller as it is; `details` reach the caller as GraphQL `extensions` beside the code. Any other error is a fault of ours:
 * it is logged, and the caller sees an id.
 */
export class MaskwireError extends Error {
  override readonly name = 'MaskwireError';

  constructor(
    readonly code: DomainErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
