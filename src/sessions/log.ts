import type { SessionEvent } from './events.js';
import type { Participant } from './participant.js';

/** A place in one session's log: opaque, increasing, not necessarily dense. */
export type Cursor = string;

/** The place before the first entry. */
export const START: Cursor = '0';

export interface NewEntry {
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
  /** Null where the server acts. */
  readonly actor: Participant | null;
  /** Unique in its session; null where the caller gave none. */
  readonly idempotencyKey: string | null;
  readonly event: SessionEvent;
}

export interface Entry extends NewEntry {
  readonly cursor: Cursor;
}

export type SessionStatus = 'QUEUED' | 'ENCODING' | 'READY' | 'FAILED' | 'CLOSED';

/** What the index of sessions knows about a session after its latest entry. */
export interface SessionSummary {
  readonly id: string;
  readonly title: string;
  readonly status: SessionStatus;
  /** Whether the server still owes work: an encode, or a decode of prompts not answered. */
  readonly pending: boolean;
  /** Names the call that opened the session, so that its repetition finds it; null where the caller gave no key. */
  readonly openKey: string | null;
}

/** The append found the log further on than expected. */
export class LogConflict extends Error {
  override readonly name = 'LogConflict';

  constructor(readonly actual: Cursor) {
    super(`The log has advanced to ${actual}.`);
  }
}

/** The durable logs of all sessions: what `append` has answered survives the death of the process. */
export interface EventLog {
  /**
   * Adds one entry and brings the session's summary in the index up to date, both or neither.
   * @param expected the cursor of the last entry, `START` for a new session.
   * @throws LogConflict where the log has advanced past `expected`.
   */
  append(sessionId: string, expected: Cursor, entry: NewEntry, summary: SessionSummary): Promise<Cursor>;
  /** At most `limit` entries after the cursor, oldest first; none where the session does not exist. */
  read(sessionId: string, after: Cursor, limit: number): Promise<readonly Entry[]>;
}

export interface SessionFilter {
  readonly status?: readonly SessionStatus[];
  /** Case-insensitive. */
  readonly titleContains?: string;
}

/** Finds sessions without reading their logs. */
export interface SessionIndex {
  /** Ids newest first, each with its place in that order, after the place `after` (null: from the newest). */
  list(
    filter: SessionFilter,
    after: number | null,
    limit: number,
  ): Promise<readonly { readonly id: string; readonly place: number }[]>;
  count(filter: SessionFilter): Promise<number>;
  /** Ids of the sessions to which the server owes work. */
  pending(): Promise<readonly string[]>;
  /** The session that the call of this name opened; null where there is none. */
  findByOpenKey(openKey: string): Promise<string | null>;
}
