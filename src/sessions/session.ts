import { setImmediate as nextTurn } from 'node:timers/promises';
import { MaskwireError } from '../errors.js';
import type { Command } from './commands.js';
import type { SessionEvent } from './events.js';
import type { SessionLimits } from './limits.js';
import type { Cursor, Entry, EventLog } from './log.js';
import { START } from './log.js';
import type { Participant } from './participant.js';
import { emptyState, fold, summarise, type SessionState } from './state.js';

/** Entries read from the log at a time. */
const PAGE = 200;

/** How many of the latest entries are kept with their states, so that live subscribers share them. */
const RECENT = 256;

const MAX_KEY = 64;

/** An entry of the log with the states around it. */
export interface Moment {
  readonly entry: Entry;
  readonly before: SessionState;
  readonly after: SessionState;
}

/** A call that may come again. */
export interface NamedCall {
  /** 1 to 64 characters, unique in the session. */
  readonly key: string;
  /** Of the event that the call makes. */
  readonly type: SessionEvent['type'];
}

/** What a command did. */
export interface Outcome<E> {
  readonly event: E;
  /** The state right after the event; where the command was a repetition, right after the first one's. */
  readonly state: SessionState;
}

/**
 * One session in memory: its state and the queue through which everything that changes it passes, one at a time. What
 * `apply` answers is in the log.
 */
export class Session {
  #state: SessionState;
  #recent: Moment[] = [];
  #tail: Promise<unknown> = Promise.resolve();
  readonly #keys = new Map<string, number>();
  readonly #changed = new Set<() => void>();

  private constructor(
    readonly id: string,
    readonly openKey: string | null,
    private readonly log: EventLog,
    private readonly limits: SessionLimits,
    private readonly onAppended: (ms: number) => void,
  ) {
    this.#state = emptyState(id);
  }

  /** Reads the session from its log; a session without entries has revision 0. */
  static async load(
    id: string,
    openKey: string | null,
    log: EventLog,
    limits: SessionLimits,
    onAppended: (ms: number) => void,
  ): Promise<Session> {
    const session = new Session(id, openKey, log, limits, onAppended);
    for await (const entry of entries(log, id, START)) session.#take(entry);
    return session;
  }

  /** The newest state. */
  get state(): SessionState {
    return this.#state;
  }

  /**
   * Checks the command against the newest state, stores its event, and answers. A command that answers null stores
   * nothing, and neither does the repetition of a call.
   * @param call names the call, so that its repetition answers what the first one did.
   * @throws MaskwireError as the command does; TOO_LARGE at a limit of the session; BAD_USER_INPUT for a bad key.
   */
  apply<E extends SessionEvent | null>(
    command: Command<E>,
    actor: Participant | null,
    call: NamedCall | null = null,
  ): Promise<Outcome<E>> {
    const result = this.#tail.then(() => this.#apply(command, actor, call));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Waits until everything asked for so far is stored or refused. */
  async settled(): Promise<void> {
    await this.#tail;
  }

  /** Calls back after each change of the state. Returns the function that ends it. */
  onChange(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  /**
   * The entries after the cursor with the states around them, at most a page.
   * @param from the state at that cursor; absent: it is made again from the log.
   */
  async momentsAfter(cursor: Cursor, from?: SessionState): Promise<readonly Moment[]> {
    if (cursor === this.#state.cursor) return [];
    const known = this.#recent.findIndex(({ before }) => before.cursor === cursor);
    if (known >= 0) return this.#recent.slice(known);
    let before = from?.cursor === cursor ? from : await this.stateAt(cursor);
    return (await this.log.read(this.id, cursor, PAGE)).map((entry) => {
      const moment = { entry, before, after: fold(before, entry) };
      before = moment.after;
      return moment;
    });
  }

  /**
   * The state right after the entry at this cursor.
   * @throws MaskwireError BAD_USER_INPUT where the session's log has no such place.
   */
  async stateAt(cursor: Cursor): Promise<SessionState> {
    let state = emptyState(this.id);
    if (cursor === START) return state;
    for await (const entry of entries(this.log, this.id, START)) {
      state = fold(state, entry);
      if (state.cursor === cursor) return state;
    }
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `after: expected a cursor of session ${this.id}, got ${JSON.stringify(cursor)}.`,
    );
  }

  async #apply<E extends SessionEvent | null>(
    command: Command<E>,
    actor: Participant | null,
    call: NamedCall | null,
  ): Promise<Outcome<E>> {
    const first = call === null ? null : await this.#repeated(call);
    if (first) return first as Outcome<E>;
    const event = command(this.#state, this.limits);
    if (event === null) return { event, state: this.#state };
    this.#assertRoom(actor, event);
    const entry = { at: new Date().toISOString(), actor, idempotencyKey: call?.key ?? null, event };
    // The next state is needed for the index before the cursor is known; folding is pure, so it can be done twice.
    const next = fold(this.#state, { ...entry, cursor: this.#state.cursor });
    const started = performance.now();
    const cursor = await this.log.append(this.id, this.#state.cursor, entry, summarise(next, this.openKey));
    this.onAppended(performance.now() - started);
    this.#take({ ...entry, cursor });
    for (const listener of [...this.#changed]) listener();
    return { event, state: this.#state };
  }

  /** What the first call with this key did; null where there was none. */
  async #repeated({ key, type }: NamedCall): Promise<Outcome<SessionEvent> | null> {
    if (key.length === 0 || key.length > MAX_KEY) {
      throw new MaskwireError(
        'BAD_USER_INPUT',
        `idempotencyKey: expected 1 to ${MAX_KEY} characters, got ${key.length}.`,
      );
    }
    const revision = this.#keys.get(key);
    if (revision === undefined) return null;
    let state = emptyState(this.id);
    for await (const entry of entries(this.log, this.id, START)) {
      state = fold(state, entry);
      if (state.revision !== revision) continue;
      if (entry.event.type === type) return { event: entry.event, state };
      throw new MaskwireError(
        'BAD_USER_INPUT',
        `idempotencyKey: ${JSON.stringify(key)} was used for another kind of change.`,
      );
    }
    throw new Error(`Entry ${revision} of ${this.id} is gone from the log.`);
  }

  #assertRoom(actor: Participant | null, event: SessionEvent): void {
    const { eventsPerSession, participantsPerSession } = this.limits;
    // People's changes stop at the limit; what the server owes them, and closing, still finds room.
    if (actor !== null && event.type !== 'SessionClosed' && this.#state.revision >= eventsPerSession) {
      throw new MaskwireError(
        'TOO_LARGE',
        `Expected at most ${eventsPerSession} events in a session: open a new one.`,
        {
          limit: 'eventsPerSession',
        },
      );
    }
    const { participants } = this.#state;
    if (actor !== null && !participants.has(actor.id) && participants.size >= participantsPerSession) {
      throw new MaskwireError('TOO_LARGE', `Expected at most ${participantsPerSession} participants in a session.`, {
        limit: 'participantsPerSession',
      });
    }
  }

  #take(entry: Entry): void {
    const before = this.#state;
    this.#state = fold(before, entry);
    if (entry.idempotencyKey !== null) this.#keys.set(entry.idempotencyKey, this.#state.revision);
    this.#recent.push({ entry, before, after: this.#state });
    if (this.#recent.length > RECENT) this.#recent = this.#recent.slice(-RECENT / 2);
  }
}

/** All entries after the cursor, read in pages, giving way to other work between them. */
async function* entries(log: EventLog, id: string, after: Cursor): AsyncGenerator<Entry> {
  let cursor = after;
  for (;;) {
    const page = await log.read(id, cursor, PAGE);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    cursor = last.cursor;
    await nextTurn();
  }
}
