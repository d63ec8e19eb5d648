import { setTimeout as delay } from 'node:timers/promises';
import type { Inference } from '#src/inference/inference.js';
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

  /** A value now and after each change of the progress, the latest wins; ends when the encoding has. */
  updates(): AsyncIterableIterator<null> {
    const waker = new Waker();
    const offs = [this.session.onChange(() => waker.wake()), this.#onPosition(() => waker.wake())];
    const off = () => {
      for (const end of offs) end();
    };
    const ended = () => !['QUEUED', 'ENCODING'].includes(this.session.state.status);
    const generator = (async function* () {
      try {
        while (!waker.stopped) {
          const last = ended();
          yield null;
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
