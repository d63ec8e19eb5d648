import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { MaskwireError } from '../errors.js';
import type { SessionEvent } from './events.js';
import {
  LogConflict,
  START,
  type Cursor,
  type Entry,
  type EventLog,
  type NewEntry,
  type SessionFilter,
  type SessionIndex,
  type SessionSummary,
} from './log.js';
import type { Participant } from './participant.js';

const SCHEMA_VERSION = 1;

/** How long a start waits for the folder: a server that is being replaced may still be stopping. */
const LOCK_WAIT_MS = 5_000;

const SCHEMA = `
  CREATE TABLE session (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    folded_title TEXT NOT NULL,
    status TEXT NOT NULL,
    pending INTEGER NOT NULL,
    open_key TEXT UNIQUE
  ) STRICT;
  CREATE INDEX session_pending ON session (pending) WHERE pending = 1;
  CREATE TABLE entry (
    session TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT,
    idempotency_key TEXT,
    event TEXT NOT NULL,
    PRIMARY KEY (session, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX entry_key ON entry (session, idempotency_key) WHERE idempotency_key IS NOT NULL;
`;

interface EntryRow {
  readonly seq: number;
  readonly at: string;
  readonly actor: string | null;
  readonly idempotency_key: string | null;
  readonly event: string;
}

/**
 * The logs of one node, in one SQLite file in WAL mode. A commit reaches the operating system before `append` answers,
 * so it survives the death of the process; `synchronous=NORMAL` means that a power cut may take the last moments. The
 * driver has the interface of `node:sqlite` and is named in this file alone: on Node 22 it becomes `node:sqlite`.
 */
export class SqliteLog implements EventLog, SessionIndex {
  readonly #db: DatabaseSyncInstance;
  readonly #lock: DatabaseSyncInstance;
  readonly #statements;

  /**
   * @param path the database file; made where it does not exist. Beside it, `<path>.lock` keeps a second server out.
   * @throws MaskwireError UNAVAILABLE where another process has the file open or a newer version wrote it.
   */
  constructor(path: string) {
    this.#lock = lockOf(path);
    this.#db = new DatabaseSync(path);
    try {
      this.#db.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; BEGIN IMMEDIATE;');
      this.#migrate();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.close();
      this.#lock.close();
      throw error;
    }
    this.#statements = {
      head: this.#db.prepare('SELECT max(seq) AS seq FROM entry WHERE session = ?'),
      insert: this.#db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)'),
      read: this.#db.prepare('SELECT * FROM entry WHERE session = ? AND seq > ? ORDER BY seq LIMIT ?'),
      summarise: this.#db.prepare(
        `INSERT INTO session (id, folded_title, status, pending, open_key) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET folded_title = excluded.folded_title, status = excluded.status,
         pending = excluded.pending`,
      ),
      pending: this.#db.prepare('SELECT id FROM session WHERE pending = 1 ORDER BY place'),
      findByOpenKey: this.#db.prepare('SELECT id FROM session WHERE open_key = ?'),
    };
  }

  append(sessionId: string, expected: Cursor, entry: NewEntry, summary: SessionSummary): Promise<Cursor> {
    return Promise.resolve().then(() => {
      const seq = Number(expected) + 1;
      this.#db.exec('BEGIN IMMEDIATE');
      try {
        const { seq: head } = this.#statements.head.get(sessionId) as { seq: number | null };
        if ((head ?? 0) !== seq - 1) throw new LogConflict(String(head ?? START));
        const actor = entry.actor && JSON.stringify(entry.actor);
        this.#statements.insert.run(sessionId, seq, entry.at, actor, entry.idempotencyKey, JSON.stringify(entry.event));
        this.#statements.summarise.run(
          summary.id,
          summary.title.toLowerCase(),
          summary.status,
          summary.pending ? 1 : 0,
          summary.openKey,
        );
        this.#db.exec('COMMIT');
      } catch (error) {
        this.#db.exec('ROLLBACK');
        throw error;
      }
      return String(seq);
    });
  }

  read(sessionId: string, after: Cursor, limit: number): Promise<readonly Entry[]> {
    return Promise.resolve().then(() => {
      const rows = this.#statements.read.all(sessionId, Number(after), limit) as EntryRow[];
      return rows.map((row) => ({
        cursor: String(row.seq),
        at: row.at,
        actor: row.actor === null ? null : (JSON.parse(row.actor) as Participant),
        idempotencyKey: row.idempotency_key,
        event: JSON.parse(row.event) as SessionEvent,
      }));
    });
  }

  list(filter: SessionFilter, after: number | null, limit: number): Promise<readonly { id: string; place: number }[]> {
    return Promise.resolve().then(() => {
      const where = condition(filter);
      const rows = this.#db
        .prepare(`SELECT id, place FROM session WHERE place < ? AND ${where.sql} ORDER BY place DESC LIMIT ?`)
        .all(after ?? Number.MAX_SAFE_INTEGER, ...where.values, limit);
      return rows as { id: string; place: number }[];
    });
  }

  count(filter: SessionFilter): Promise<number> {
    return Promise.resolve().then(() => {
      const where = condition(filter);
      const counting = this.#db.prepare(`SELECT count(*) AS count FROM session WHERE ${where.sql}`);
      return (counting.get(...where.values) as { count: number }).count;
    });
  }

  pending(): Promise<readonly string[]> {
    return Promise.resolve().then(() => (this.#statements.pending.all() as { id: string }[]).map(({ id }) => id));
  }

  findByOpenKey(openKey: string): Promise<string | null> {
    return Promise.resolve().then(() => {
      const row = this.#statements.findByOpenKey.get(openKey) as { id: string } | undefined;
      return row?.id ?? null;
    });
  }

  /** Writes what the WAL holds into the file and lets go of it. */
  close(): void {
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#db.close();
    this.#lock.close();
  }

  #migrate(): void {
    const { user_version: version } = this.#db.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > SCHEMA_VERSION) {
      throw new MaskwireError(
        'UNAVAILABLE',
        `The data folder was written by a newer maskwire (format ${version}, this one knows ${SCHEMA_VERSION}): update maskwire.`,
      );
    }
    if (version === 0) this.#db.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION};`);
  }
}

/**
 * Holds an exclusive lock for as long as it is open, and at the latest until the process dies: two servers on one folder
 * would each believe that they alone append. It is a database of its own because the log's connection lingers after
 * `close` until its statements are collected.
 */
function lockOf(path: string): DatabaseSyncInstance {
  const lock = new DatabaseSync(`${path}.lock`);
  try {
    lock.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}; BEGIN EXCLUSIVE`);
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked|busy/i.test(error.message)) {
      throw new MaskwireError(
        'UNAVAILABLE',
        `${path} is in use by another maskwire: stop it or choose another folder.`,
      );
    }
    throw error;
  }
}

function condition(filter: SessionFilter): { readonly sql: string; readonly values: readonly string[] } {
  const parts: string[] = ['1 = 1'];
  const values: string[] = [];
  if (filter.status) {
    parts.push(`status IN (${filter.status.map(() => '?').join(', ')})`);
    values.push(...filter.status);
  }
  if (filter.titleContains !== undefined) {
    parts.push('instr(folded_title, ?) > 0');
    values.push(filter.titleContains.toLowerCase());
  }
  return { sql: parts.join(' AND '), values };
}
