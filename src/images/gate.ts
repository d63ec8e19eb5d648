import { MaskwireError } from '#src/errors.js';

/** Milliseconds after which a caller may try again: about what a few decodes take. */
const RETRY_AFTER_MS = 1000;

/** Lets a few pieces of work run at once, a bounded number wait in order, and refuses the rest. */
export class Gate {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly concurrency: number,
    private readonly queue: number,
    /** What `details.limit` says when the queue is full. */
    private readonly limitName: string,
  ) {}

  /**
   * Runs the work as soon as its turn comes.
   * @throws MaskwireError OVERLOADED, with `retryAfterMs`, where the queue is full; and what the work throws.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.concurrency) {
      this.#running++;
    } else {
      if (this.#waiting.length >= this.queue) throw overloaded(this.limitName, this.queue);
      // The one that ends hands its place over, so #running stays as it is.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

/** The error for a full queue of images. */
export function overloaded(limitName: string, limit: number): MaskwireError {
  return new MaskwireError(
    'OVERLOADED',
    `The server has as many images in hand as it takes (${limitName}: ${limit} waiting). Try again shortly.`,
    { limit: limitName, retryAfterMs: RETRY_AFTER_MS },
  );
}
