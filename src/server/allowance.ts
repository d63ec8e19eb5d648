/**
 * How much one may send: so much a second, and a burst at once after a pause (a token bucket). It may be overdrawn by
 * another burst.
 */
export class Allowance {
  #left: number;
  #at: number;

  /**
   * @param perSecond what is added every second.
   * @param burst the most that is there after a pause.
   * @param now milliseconds, from a clock that never goes back.
   */
  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#left = burst;
    this.#at = now();
  }

  /** Takes one. @returns false where it is overdrawn by more than a burst. */
  take(): boolean {
    this.#refill();
    this.#left = Math.max(this.#left - 1, -this.burst - 1);
    return this.#left >= -this.burst;
  }

  /** Milliseconds until it is not overdrawn any more; 0 where it is not. */
  get overdrawnMs(): number {
    this.#refill();
    return Math.ceil((Math.max(0, -this.#left) * 1000) / this.perSecond);
  }

  #refill(): void {
    const now = this.now();
    this.#left = Math.min(this.burst, this.#left + ((now - this.#at) * this.perSecond) / 1000);
    this.#at = now;
  }
}
