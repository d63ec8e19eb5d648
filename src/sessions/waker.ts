/** Lets one waiter sleep until something has changed. Changes while nobody sleeps are remembered as one. */
export class Waker {
  #due = false;
  #stopped = false;
  #resolve: (() => void) | null = null;

  /** Whether the waiter should come to its end. */
  get stopped(): boolean {
    return this.#stopped;
  }

  wake(): void {
    this.#due = true;
    this.#resolve?.();
  }

  stop(): void {
    this.#stopped = true;
    this.wake();
  }

  /** Resolves at the next change, or at once where there was one since the last call. */
  async next(): Promise<void> {
    if (!this.#due) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
      this.#resolve = null;
    }
    this.#due = false;
  }

  /**
   * The generator as an iterator whose `return` takes effect at once also while the generator sleeps here. (A plain
   * generator's `return` waits for the `await` that it is in, which may be for ever.)
   * @param dispose called where the generator was never started and so cannot clean up itself; may be called twice.
   */
  stoppable<T>(generator: AsyncGenerator<T>, dispose: () => void): AsyncIterableIterator<T> {
    const iterator: AsyncIterableIterator<T> = {
      next: () => generator.next(),
      return: async () => {
        this.stop();
        dispose();
        await generator.return(undefined);
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }
}
