/** How often, at most, the pointer is sent. */
const THROTTLE_MS = 40;

/** Passes values on at most every 40 ms: the first at once, then the latest of those that came meanwhile. */
export class Throttle<T> {
  #latest: { readonly value: T } | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly pass: (value: T) => void) {}

  push(value: T): void {
    this.#latest = { value };
    if (this.#timer === null) this.#send();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#latest = null;
  }

  #send(): void {
    const latest = this.#latest;
    this.#latest = null;
    this.#timer = latest === null ? null : setTimeout(() => this.#send(), THROTTLE_MS);
    if (latest !== null) this.pass(latest.value);
  }
}
