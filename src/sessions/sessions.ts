import type { Candidate, Inference, ModelDescriptor } from '#src/inference/inference.js';
import type { Prompt } from '#src/inference/prompts.js';
import { MaskwireError } from '../errors.js';
import { assertOpen, objectOf, type Command } from './commands.js';
import type { PromptsAdded, SessionOpened } from './events.js';
import { isSessionId, newSessionId } from './ids.js';
import type { SessionLimits } from './limits.js';
import type { EventLog, SessionIndex } from './log.js';
import { assertTakes } from './modelTakes.js';
import { withPrompts, type SegmentedObject } from './object.js';
import { OpenSession } from './openSession.js';
import type { Participant } from './participant.js';
import { checkPrompts, type PromptInput } from './promptInput.js';
import { Session } from './session.js';
import type { SessionState } from './state.js';

const MAX_TITLE = 200;
const MAX_KEY = 64;

export interface OpenInput {
  /** Of an image that exists, with its size in pixels. */
  readonly image: { readonly id: string; readonly width: number; readonly height: number };
  /** Absent: the default model. */
  readonly modelId?: string | null | undefined;
  /** At most 200 characters. */
  readonly title?: string | null | undefined;
  /** 1 to 64 characters, unique per caller. */
  readonly idempotencyKey?: string | null | undefined;
}

/** What the sessions tell about themselves, for logs and metrics. */
export interface SessionObserver {
  /** A fault that reached nobody who called. */
  failed(sessionId: string, error: unknown): void;
  /** How long storing one entry took. */
  appended(ms: number): void;
}

/** Every session of this server: loads them from their logs when they are needed and lets them go when they are not. */
export class Sessions {
  readonly #loaded = new Map<string, Promise<OpenSession | null>>();
  readonly #sweep: NodeJS.Timeout;

  constructor(
    private readonly log: EventLog & SessionIndex,
    private readonly inference: Inference,
    private readonly limits: SessionLimits,
    private readonly observer: SessionObserver,
  ) {
    this.#sweep = setInterval(() => void this.#releaseIdle(), Math.max(50, limits.sessionIdleMs / 4)).unref();
  }

  /** How many sessions are in memory. */
  get loadedCount(): number {
    return this.#loaded.size;
  }

  /** Takes up what the server owed when it last stopped: encodes and decodes that had not ended. */
  async resume(): Promise<void> {
    for (const id of await this.log.pending()) (await this.find(id))?.react();
  }

  /**
   * Opens a session on the image and starts to encode it.
   * @throws MaskwireError BAD_USER_INPUT, NOT_FOUND for an unknown model, OVERLOADED where the encode queue is full.
   */
  async open(input: OpenInput, by: Participant): Promise<OpenSession> {
    const model = this.model(input.modelId ?? null);
    const title = checkTitle(input.title ?? '');
    const openKey = input.idempotencyKey == null ? null : openKeyOf(by, input.idempotencyKey);
    const earlier = openKey === null ? null : await this.log.findByOpenKey(openKey);
    if (earlier !== null) return this.get(earlier);
    const { id: imageId, width, height } = input.image;
    const opened: SessionOpened = { type: 'SessionOpened', title, modelId: model.id, imageId, width, height };
    // Storing the session takes a moment, in which others must not take its encode's place.
    const admitted = this.inference.admitEncode(imageId, model.id);
    try {
      return await this.#begin(opened, openKey, by);
    } finally {
      admitted();
    }
  }

  /** The session; null where there is none. */
  async find(id: string): Promise<OpenSession | null> {
    if (!isSessionId(id)) return null;
    let loading = this.#loaded.get(id);
    if (!loading) {
      loading = this.#load(id, null).then((open) => (open.session.state.revision === 0 ? null : open));
      this.#loaded.set(id, loading);
      // What does not exist, or could not be read, is not kept.
      loading.then(
        (open) => open ?? this.#loaded.delete(id),
        () => this.#loaded.delete(id),
      );
    }
    const open = await loading;
    open?.touch();
    return open;
  }

  /** @throws MaskwireError NOT_FOUND where there is no such session. */
  async get(id: string): Promise<OpenSession> {
    const open = await this.find(id);
    if (!open) throw new MaskwireError('NOT_FOUND', `There is no session ${JSON.stringify(id)}.`);
    return open;
  }

  /** The session's newest state, without keeping the session in memory for it; null where there is none. */
  async peek(id: string): Promise<SessionState | null> {
    const loaded = await this.#loaded.get(id);
    if (loaded) return loaded.session.state;
    const { state } = (await this.#load(id, null)).session;
    return state.revision === 0 ? null : state;
  }

  /** The session where it is in memory. */
  async loaded(id: string): Promise<OpenSession | null> {
    return (await this.#loaded.get(id)) ?? null;
  }

  /** Finds sessions without loading them. */
  get index(): SessionIndex {
    return this.log;
  }

  /**
   * The model of this id, the default one for null.
   * @throws MaskwireError NOT_FOUND, naming the models that there are.
   */
  model(id: string | null): ModelDescriptor {
    const { models } = this.inference;
    const model = id === null ? models[0] : models.find((other) => other.id === id);
    if (!model) {
      const known = models.map((other) => other.id).join(', ');
      throw new MaskwireError('NOT_FOUND', `There is no model ${JSON.stringify(id)}; there are: ${known}.`);
    }
    return model;
  }

  /**
   * The command that adds prompts, refused where the session's model does not take what the object would have then, and
   * where the decode that it asks for would have to wait too long. The checks are a part of the command: what was let
   * through before it has taken its place in the queue by then.
   * @throws MaskwireError UNSUPPORTED_PROMPT, with the models that do, or OVERLOADED.
   */
  admitted(command: Command<PromptsAdded>): Command<PromptsAdded> {
    return (state, limits) => {
      const event = command(state, limits);
      this.#assertTakes(state, state.objects.get(event.objectId), event.prompts);
      this.inference.assertDecodeCapacity();
      return event;
    };
  }

  /**
   * What the masks would be for these prompts; nothing is stored.
   * @throws MaskwireError UNSUPPORTED_PROMPT, OVERLOADED, BAD_USER_INPUT, NOT_FOUND, SESSION_CLOSED, SUPERSEDED, INFERENCE_FAILED.
   */
  async preview(
    open: OpenSession,
    by: Participant,
    objectId: string | null,
    inputs: readonly PromptInput[],
  ): Promise<readonly Candidate[]> {
    const { state } = open.session;
    assertOpen(state);
    const object = objectId === null ? undefined : objectOf(state, objectId);
    const prompts = checkPrompts(state, inputs, this.limits.promptsPerCall);
    this.#assertTakes(state, object, prompts);
    return open.previews.preview(by.id, objectId, prompts);
  }

  /** Stops letting sessions go and waits until what was asked for is stored or refused. The log stays open. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    for (const loading of this.#loaded.values()) await (await loading.catch(() => null))?.session.settled();
  }

  #assertTakes(state: SessionState, object: SegmentedObject | undefined, added: readonly Prompt[]): void {
    const prompts = withPrompts<Prompt>(object?.prompts ?? [], added);
    assertTakes(this.model(state.modelId), this.inference.models, prompts);
  }

  async #begin(opened: SessionOpened, openKey: string | null, by: Participant): Promise<OpenSession> {
    const id = newSessionId();
    const loading = this.#load(id, openKey);
    this.#loaded.set(id, loading);
    const open = await loading;
    try {
      await open.session.apply(() => opened, by);
    } catch (error) {
      this.#loaded.delete(id);
      // The same key came twice at the same time: the other call made the session.
      const other = openKey === null ? null : await this.log.findByOpenKey(openKey);
      if (other === null) throw error;
      return this.get(other);
    }
    open.react();
    return open;
  }

  async #load(id: string, openKey: string | null): Promise<OpenSession> {
    const session = await Session.load(id, openKey, this.log, this.limits, (ms) => this.observer.appended(ms));
    return new OpenSession(session, this.inference, this.limits, (error) => this.observer.failed(id, error));
  }

  async #releaseIdle(): Promise<void> {
    for (const [id, loading] of this.#loaded) {
      const open = await loading.catch(() => null);
      if (!open?.isIdle(this.limits.sessionIdleMs)) continue;
      this.#loaded.delete(id);
      this.inference.forget(`${id}/`);
    }
  }
}

function checkTitle(title: string): string {
  if (title.length > MAX_TITLE) {
    throw new MaskwireError('BAD_USER_INPUT', `title: expected at most ${MAX_TITLE} characters, got ${title.length}.`);
  }
  return title;
}

function openKeyOf(by: Participant, key: string): string {
  if (key.length === 0 || key.length > MAX_KEY) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `idempotencyKey: expected 1 to ${MAX_KEY} characters, got ${key.length}.`,
    );
  }
  return JSON.stringify([by.id, key]);
}
