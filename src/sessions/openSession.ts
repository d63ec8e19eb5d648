import type { Inference } from '#src/inference/inference.js';
import { DecodeReactor } from './decodeReactor.js';
import { EncodeReactor } from './encodeReactor.js';
import type { SessionLimits } from './limits.js';
import { Presence } from './presence.js';
import { Previews } from './previews.js';
import type { Session } from './session.js';

/** A session in memory with all that lives around it: what reacts to its changes, and who is here. */
export class OpenSession {
  readonly encoding: EncodeReactor;
  readonly decoding: DecodeReactor;
  readonly previews: Previews;
  readonly presence: Presence;
  #readers = 0;
  #usedAt = Date.now();

  /** @param report hears of faults that reach nobody who called. */
  constructor(
    readonly session: Session,
    inference: Inference,
    limits: SessionLimits,
    report: (error: unknown) => void,
  ) {
    this.encoding = new EncodeReactor(session, inference, report);
    this.decoding = new DecodeReactor(session, inference, report);
    this.previews = new Previews(session, inference);
    this.presence = new Presence(limits.participantsPerSession);
    session.onChange(() => {
      this.touch();
      this.react();
    });
  }

  /** Starts whatever work the newest state asks for. */
  react(): void {
    this.encoding.react();
    this.decoding.react();
  }

  touch(): void {
    this.#usedAt = Date.now();
  }

  /** Keeps the session in memory while a subscription reads it. Returns the function that ends it. */
  hold(): () => void {
    this.#readers++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#readers--;
      this.touch();
    };
  }

  /** Whether nobody has used it for so many milliseconds and no work is under way. */
  isIdle(ms: number): boolean {
    return this.#readers === 0 && !this.encoding.busy && !this.decoding.busy && Date.now() - this.#usedAt >= ms;
  }
}
