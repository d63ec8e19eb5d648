/** What one session may grow to. Beyond a limit a command answers TOO_LARGE and stores nothing. */
export interface SessionLimits {
  /** Prompts in one call of addPrompts or preview. */
  readonly promptsPerCall: number;
  /** Prompts that an object has at one time. */
  readonly promptsPerObject: number;
  /** Changes that an object remembers. */
  readonly stepsPerObject: number;
  /** Objects made in a session, removed ones counted: undo may bring them back. */
  readonly objectsPerSession: number;
  /** Entries in a session's log. */
  readonly eventsPerSession: number;
  /** People who ever acted in a session, and people in it at one time. */
  readonly participantsPerSession: number;
  /** Milliseconds after which a session that nobody uses leaves memory; its log stays. */
  readonly sessionIdleMs: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  promptsPerCall: 64,
  promptsPerObject: 256,
  stepsPerObject: 2_000,
  objectsPerSession: 1_000,
  eventsPerSession: 100_000,
  participantsPerSession: 500,
  sessionIdleMs: 10 * 60_000,
};
