import { MaskwireError } from '#src/errors.js';

/** Whether the server still takes work, and what of it runs. Shared by both transports. */
export class Lifecycle {
  #stopping = false;
  #running = 0;
  #whenIdle: (() => void)[] = [];

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Requests and operations that run now; subscriptions do not count, they end with their socket. */
  get running(): number {
    return this.#running;
  }

  /** From now on new work is refused. */
  stop(): void {
    this.#stopping = true;
  }

  /** @throws MaskwireError UNAVAILABLE once the server stops. */
  assertTakingWork(): void {
    if (this.#stopping) {
      throw new MaskwireError('UNAVAILABLE', 'The server is stopping: connect again.', { retryAfterMs: 1000 });
    }
  }

  /** Counts work as running until the returned function is called. */
  begin(): () => void {
    this.#running += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#running -= 1;
      if (this.#running === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    };
  }

  /** Resolves when nothing runs, or after `timeoutMs`. */
  async idle(timeoutMs: number): Promise<void> {
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#whenIdle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
