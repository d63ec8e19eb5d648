import { setTimeout as delay } from 'node:timers/promises';
import type { Inference, ModelLoading } from '#src/inference/inference.js';
import { MaskwireError } from '../errors.js';
import type { SessionEvent } from './events.js';
import type { Session } from './session.js';
import { Waker } from './waker.js';

/** Encodes a session's image once, tells its log, and knows how far it is. */
export class EncodeReactor {
  #position: number | null = null;
  #underWay = false;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly session: Session,
    private readonly inference: Inference,
    private readonly report: (error: unknown) => void,
  ) {}

  get busy(): boolean {
    return this.#underWay;
  }

  /** How many images are encoded before this one; null where that is not known or over. */
  get queuePosition(): number | null {
    return this.session.state.status === 'QUEUED' ? this.#position : null;
  }

  /** What the session's model waits for before it can run; null where it waits for nothing. */
  get modelLoading(): ModelLoading | null {
    const { status, modelId } = this.session.state;
    return status === 'FAILED' || status === 'CLOSED' ? null : this.inference.modelLoading(modelId);
  }

  /**
   * A value now and after each change of the progress, the latest wins; ends when the encoding has.
   * @param follow goes on until the session takes no prompts any more: its model may leave memory and be loaded again.
   */
  updates(follow: boolean): AsyncIterableIterator<null> {
    const waker = new Waker();
    const wake = () => waker.wake();
    const { modelId } = this.session.state;
    const offs = [this.session.onChange(wake), this.#onPosition(wake), this.inference.onModelLoading(modelId, wake)];
    const off = () => {
      for (const end of offs) end();
    };
    const running = follow ? ['QUEUED', 'ENCODING', 'READY'] : ['QUEUED', 'ENCODING'];
    const ended = () => !running.includes(this.session.state.status);
    const shown = () => JSON.stringify([this.session.state.status, this.queuePosition, this.modelLoading]);
    const generator = (async function* () {
      let before = '';
      try {
        while (!waker.stopped) {
          const last = ended();
          const now = shown();
          if (now !== before) yield null;
          before = now;
          if (last) return;
          await waker.next();
        }
      } finally {
        off();
      }
    })();
    return waker.stoppable(generator, off);
  }

  /** Starts the encode that the newest state asks for, where none is under way. */
  react(): void {
    const { encoded, status } = this.session.state;
    if (this.#underWay || encoded || status === 'FAILED' || status === 'CLOSED') return;
    this.#underWay = true;
    void this.#encode().finally(() => {
      this.#underWay = false;
    });
  }

  #onPosition(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #encode(): Promise<void> {
    const { session, inference } = this;
    try {
      await inference.encode(session.state.imageId, session.state.modelId, ({ phase, position }) => {
        this.#position = position;
        if (phase === 'encoding') this.#tell({ type: 'EncodingStarted' }).catch(this.report);
        for (const listener of [...this.#listeners]) listener();
      });
      await this.#tell({ type: 'SessionReady' });
    } catch (error) {
      if (!(error instanceof MaskwireError)) this.report(error);
      // Stopping: the next start takes it up again.
      else if (error.code === 'UNAVAILABLE') return;
      else if (error.code === 'OVERLOADED') {
        await delay(Number(error.details['retryAfterMs'] ?? 1000), undefined, { ref: false });
        await this.#encode();
      } else {
        const { code, message } = error;
        await this.#tell({ type: 'SessionFailed', failure: { code, message } }).catch(this.report);
      }
    }
  }

  /** Stores the event unless it says what is known already or the session is closed. */
  async #tell(event: SessionEvent): Promise<void> {
    await this.session.apply(({ status }) => {
      const known = status === 'CLOSED' || (event.type === 'EncodingStarted' && status !== 'QUEUED');
      return known ? null : event;
    }, null);
  }
}
