/** Opens the source of a channel's values at the first read. Returns what closes it. */
type Open<T> = (channel: Channel<T>) => () => void;

/**
 * Values that are pushed on one side and read on the other. Values of the same key take each other's place until they
 * are read, so a slow reader holds one value for each key.
 */
export class Channel<T> implements AsyncIterableIterator<T, undefined> {
  readonly #waiting = new Map<string, T>();
  readonly #readers: { resolve: (result: IteratorResult<T, undefined>) => void; reject: (error: Error) => void }[] = [];
  readonly #onEnd = new Set<() => void>();
  #close: (() => void) | null = null;
  #opened = false;
  #ended = false;
  #error: Error | null = null;

  constructor(
    private readonly keyOf: (value: T) => string,
    private readonly open: Open<T>,
    /** Called when the reader has taken everything that waited. */
    private readonly onDrained: () => void = () => undefined,
  ) {}

  /** How many values wait to be read. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Calls back once, when the channel ends. */
  onEnd(listener: () => void): void {
    this.#onEnd.add(listener);
  }

  push(value: T): void {
    if (this.#ended) return;
    const reader = this.#readers.shift();
    if (reader) {
      reader.resolve({ done: false, value });
    } else {
      // Deleted first, so that a value stands where it came last.
      const key = this.keyOf(value);
      this.#waiting.delete(key);
      this.#waiting.set(key, value);
    }
  }

  /** No more values come: what waits can still be read, then the iteration ends, or fails with the error. */
  end(error: Error | null = null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#close?.();
    for (const listener of this.#onEnd) listener();
    for (const reader of this.#readers.splice(0)) this.#finish().then(reader.resolve, reader.reject);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (!this.#opened && !this.#ended) {
      this.#opened = true;
      this.#close = this.open(this);
      // The source may have ended while it opened.
      if (this.#wasEnded()) this.#close();
    }
    for (const [key, value] of this.#waiting) {
      this.#waiting.delete(key);
      if (this.#waiting.size === 0) this.onDrained();
      return Promise.resolve({ done: false, value });
    }
    if (this.#wasEnded()) return this.#finish();
    return new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#waiting.clear();
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #wasEnded(): boolean {
    return this.#ended;
  }

  #finish(): Promise<IteratorResult<T, undefined>> {
    const error = this.#error;
    this.#error = null;
    return error === null ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
  }
}
