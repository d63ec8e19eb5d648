import { MaskwireClientError } from './errors.js';
import type { Candidate, PreviewOptions } from './types.js';

/**
 * How many previews may be unanswered: one that the server decodes, and one that is on its way meanwhile, so that the
 * decoder need not wait for the network.
 */
const MAX_UNANSWERED = 2;

interface Waiting {
  readonly options: PreviewOptions;
  readonly resolve: (candidates: readonly Candidate[] | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Asks for previews at the pace at which the server answers them; the latest wins. */
export class Previews {
  #waiting: Waiting | null = null;
  #unanswered = 0;
  #asked = 0;
  #newestAnswered = 0;

  /** @param ask sends one preview. */
  constructor(private readonly ask: (options: PreviewOptions) => Promise<readonly Candidate[]>) {}

  /** The candidates, best first; null where a newer preview took this one's place. */
  preview(options: PreviewOptions): Promise<readonly Candidate[] | null> {
    return new Promise((resolve, reject) => {
      this.#waiting?.resolve(null);
      this.#waiting = { options, resolve, reject };
      this.#pump();
    });
  }

  #pump(): void {
    const next = this.#waiting;
    if (!next || this.#unanswered >= MAX_UNANSWERED) return;
    this.#waiting = null;
    void this.#send(next, ++this.#asked);
  }

  async #send({ options, resolve, reject }: Waiting, number: number): Promise<void> {
    this.#unanswered++;
    try {
      const candidates = await this.ask(options);
      // An answer that comes after that to a newer preview would put the pointer back.
      const late = number < this.#newestAnswered;
      this.#newestAnswered = Math.max(this.#newestAnswered, number);
      resolve(late ? null : candidates);
    } catch (error) {
      if (error instanceof MaskwireClientError && error.code === 'SUPERSEDED') resolve(null);
      else reject(error);
    } finally {
      this.#unanswered--;
      this.#pump();
    }
  }
}
