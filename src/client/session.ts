import { backoff } from './backoff.js';
import type { Channel } from './channel.js';
import type { Connection } from './connection.js';
import { fromSocket, MaskwireClientError } from './errors.js';
import { begin, fold, type Folded } from './fold.js';
import {
  AcceptObjectDocument,
  AddPromptsDocument,
  CloseSessionDocument,
  MovePointerDocument,
  PreviewDocument,
  RedoDocument,
  RemoveObjectDocument,
  RemovePromptsDocument,
  SelectCandidateDocument,
  SessionProgressDocument,
  SessionStateDocument,
  UndoDocument,
} from './generated/documents.js';
import type { ProgressFragment, SessionFragment } from './generated/operations.js';
import { idempotencyKey } from './key.js';
import { Previews } from './previews.js';
import { eventStream, maskStream, presenceStream } from './streams.js';
import { Throttle } from './throttle.js';
import type {
  AddBoxOptions,
  AddPointOptions,
  AddPromptsOptions,
  Candidate,
  Expectation,
  MaskUpdate,
  ObjectChange,
  Point,
  PresentParticipant,
  PreviewOptions,
  SessionEventEntry,
  SessionSnapshot,
  Step,
} from './types.js';

/** How often in a row the state is queried anew because its events could not be followed. */
const MAX_RESTARTS = 5;

interface Pointer {
  readonly pointer: Point | null;
  readonly objectId: string | null;
}

/**
 * One session, followed live until `leave`. Coordinates are pixels of the upright image, from its top left corner.
 *
 * Changes resolve when they are stored and `state()` shows them, and reject with a MaskwireClientError whose code the
 * server gave (`ErrorCode` in schema.graphql). A change that a lost connection cut off is sent again under the same
 * idempotency key, so it is made once.
 */
export class LiveSession {
  readonly id: string;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Set<() => void>();
  readonly #streams = new Set<{ end(): void }>();
  readonly #previews: Previews;
  readonly #pointer: Throttle<Pointer>;
  readonly #stopProgress: () => void;
  #folded: Folded;
  #events: Channel<SessionEventEntry>;
  #left = false;
  #failure: MaskwireClientError | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly prepared: (session: SessionFragment) => SessionFragment,
    session: SessionFragment,
  ) {
    this.id = session.id;
    this.#folded = begin(prepared(session));
    this.#previews = new Previews((options) => this.#preview(options));
    this.#pointer = new Throttle((pointer) => this.#movePointer(pointer));
    this.#events = this.events();
    this.#stopProgress = this.#followProgress();
    void this.#follow();
  }

  /** The session as it is now: the same object until something changes. */
  readonly state = (): SessionSnapshot => this.#folded.snapshot;

  /** Calls back after each change of `state()`. Returns the function that ends it. */
  readonly onState = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Adds a point, on the object unless `label` says otherwise. Without `objectId` it begins a new object. */
  addPoint({ x, y, label = 'FOREGROUND', ...rest }: AddPointOptions): Promise<ObjectChange> {
    return this.addPrompts({ ...rest, prompts: [{ point: { x, y, label } }] });
  }

  /** Adds a box, in place of one that the object has. Without `objectId` it begins a new object. */
  addBox({ x, y, width, height, ...rest }: AddBoxOptions): Promise<ObjectChange> {
    return this.addPrompts({ ...rest, prompts: [{ box: { x, y, width, height } }] });
  }

  /** Adds 1 to 64 prompts at once. Without `objectId` they begin a new object. */
  async addPrompts(options: AddPromptsOptions): Promise<ObjectChange> {
    const { addPrompts } = await this.connection.request(AddPromptsDocument, { input: this.#input(options) });
    return this.#changed(addPrompts);
  }

  /** Removes prompts of an object; all where `promptIds` is absent. */
  async removePrompts(
    options: { readonly objectId: string; readonly promptIds?: readonly string[] | undefined } & Expectation,
  ): Promise<ObjectChange> {
    const { removePrompts } = await this.connection.request(RemovePromptsDocument, { input: this.#input(options) });
    return this.#changed(removePrompts);
  }

  /** Takes the object out of the session; `undo` brings it back. */
  async removeObject(options: { readonly objectId: string } & Expectation): Promise<void> {
    const { removeObject } = await this.connection.request(RemoveObjectDocument, { input: this.#input(options) });
    await this.#reached(removeObject.session.revision);
  }

  /** Chooses among the object's candidates. */
  async select(options: { readonly objectId: string; readonly index: number } & Expectation): Promise<ObjectChange> {
    const { selectCandidate } = await this.connection.request(SelectCandidateDocument, {
      input: this.#input(options),
    });
    return this.#changed(selectCandidate);
  }

  /** Declares the object done. Without `label` it keeps the one that it has. */
  async accept(
    options: { readonly objectId: string; readonly label?: string | undefined } & Expectation,
  ): Promise<ObjectChange> {
    const { acceptObject } = await this.connection.request(AcceptObjectDocument, { input: this.#input(options) });
    return this.#changed(acceptObject);
  }

  /** Takes back the caller's own latest step; null where there is none. */
  async undo(): Promise<Step | null> {
    const { undo } = await this.connection.request(UndoDocument, { input: this.#input({}) });
    await this.#reached(undo.session.revision);
    return undo.undone;
  }

  /** Does the caller's own latest undone step again; null where there is none. */
  async redo(): Promise<Step | null> {
    const { redo } = await this.connection.request(RedoDocument, { input: this.#input({}) });
    await this.#reached(redo.session.revision);
    return redo.redone;
  }

  /**
   * What the masks would be for these prompts; nothing is stored or shown to others. The latest call wins: one whose
   * place a newer one took resolves to null.
   */
  preview(options: PreviewOptions): Promise<readonly Candidate[] | null> {
    return this.#previews.preview(options);
  }

  /**
   * Shows the others where the pointer is (null: not over the image) and which object is in hand. Sent at most every
   * 40 ms, only while connected, and never fails.
   */
  movePointer(pointer: Point | null, objectId: string | null = null): void {
    if (!this.#left) this.#pointer.push({ pointer, objectId });
  }

  /**
   * The session's log, each entry once and in order, across lost connections and restarts of the server. Ends after
   * SessionClosed and on `leave`.
   * @param options.after a cursor of this session, `"0"` for the whole log; absent: from the state that is held now.
   */
  events({ after = this.state().cursor }: { readonly after?: string } = {}): Channel<SessionEventEntry> {
    const isEnd = (cursor: string) => this.state().status === 'CLOSED' && this.state().cursor === cursor;
    return this.#opened(eventStream(this.connection, this.id, after, isEnd));
  }

  /**
   * The objects' masks as they change, starting with those that stand now. A slow reader gets only the latest of each
   * object. Ends when the session is closed and on `leave`.
   * @param options.objectId absent: all objects.
   */
  masks({ objectId }: { readonly objectId?: string } = {}): AsyncIterableIterator<MaskUpdate> {
    return this.#opened(maskStream(this, objectId));
  }

  /** Who is here now, where each points and what each has in hand: the whole list at every change. Ends on `leave`. */
  presence(): AsyncIterableIterator<readonly PresentParticipant[]> {
    return this.#opened(presenceStream(this.connection, this.id));
  }

  /** Ends the session for everybody: it stays readable, and further changes are refused with SESSION_CLOSED. */
  async close(): Promise<void> {
    const { closeSession } = await this.connection.request(CloseSessionDocument, { input: { sessionId: this.id } });
    await this.#reached(closeSession.session.revision);
  }

  /** Stops following the session, which goes on without this client. `state()` stays as it is. */
  leave(): void {
    this.#left = true;
    this.#pointer.stop();
    this.#stopProgress();
    for (const stream of [...this.#streams]) stream.end();
    this.#publish();
  }

  #opened<T>(stream: Channel<T>): Channel<T> {
    this.#streams.add(stream);
    stream.onEnd(() => this.#streams.delete(stream));
    if (this.#left) stream.end();
    return stream;
  }

  #input<Options extends object>(options: Options) {
    return { ...options, sessionId: this.id, idempotencyKey: idempotencyKey() };
  }

  async #changed(payload: {
    readonly session: { readonly revision: number };
    readonly object: { readonly id: string; readonly revision: number };
  }): Promise<ObjectChange> {
    await this.#reached(payload.session.revision);
    return { objectId: payload.object.id, revision: payload.object.revision };
  }

  async #preview({ objectId, prompts }: PreviewOptions): Promise<readonly Candidate[]> {
    const input = { sessionId: this.id, objectId, prompts };
    return (await this.connection.request(PreviewDocument, { input })).preview.candidates;
  }

  #movePointer(pointer: Pointer): void {
    if (this.connection.status !== 'connected') return;
    const input = { sessionId: this.id, ...pointer };
    this.connection.request(MovePointerDocument, { input }).catch(() => undefined);
  }

  /** Resolves when `state()` holds the entry of this revision. */
  #reached(revision: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (this.state().revision < revision && !this.#left) return;
        this.#waiting.delete(check);
        if (this.#failure === null) resolve();
        else reject(this.#failure);
      };
      this.#waiting.add(check);
      check();
    });
  }

  async #follow(): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        for await (const entry of this.#events) {
          failures = 0;
          this.#show(fold(this.#folded, entry) ?? begin(await this.#query()));
        }
        if (this.state().status !== 'CLOSED') this.leave();
        return;
      } catch (error) {
        // The server may not know the cursor any more, as after a backup was restored: begin again at what it holds.
        if (!(await this.#startAgain(failures))) {
          this.#fail(error);
          return;
        }
      }
    }
  }

  async #startAgain(failures: number): Promise<boolean> {
    if (failures === MAX_RESTARTS || this.#left) return false;
    await new Promise((resolve) => setTimeout(resolve, backoff(failures)));
    try {
      this.#show(begin(await this.#query()));
    } catch {
      return false;
    }
    this.#events = this.events();
    return true;
  }

  /** The session cannot be followed any more: changes reject with the reason from now on. */
  #fail(reason: unknown): void {
    this.#failure = reason instanceof MaskwireClientError ? reason : fromSocket(reason);
    this.leave();
  }

  async #query(): Promise<SessionFragment> {
    const { session } = await this.connection.request(SessionStateDocument, { id: this.id });
    if (!session) throw new MaskwireClientError('NOT_FOUND', `There is no session ${JSON.stringify(this.id)}.`);
    return this.prepared(session);
  }

  #followProgress(): () => void {
    const { status } = this.state();
    if (status === 'FAILED' || status === 'CLOSED') return () => undefined;
    return this.connection.subscribe(SessionProgressDocument, () => ({ sessionId: this.id }), {
      next: ({ sessionProgress }) => this.#showProgress(sessionProgress),
      complete: () => undefined,
      error: () => undefined,
    });
  }

  #showProgress(progress: ProgressFragment): void {
    this.#show({ ...this.#folded, snapshot: { ...this.state(), progress } });
  }

  #show(folded: Folded): void {
    if (folded === this.#folded) return;
    this.#folded = folded;
    this.#publish();
  }

  #publish(): void {
    for (const check of [...this.#waiting]) check();
    for (const listener of [...this.#listeners]) listener();
  }
}
