/**
 * Lets calls run beside each other, or one alone. After a crash nobody knows which of the calls under way was the
 * reason; running each alone tells, and a harmless one is not lost twice because of its neighbour.
 */
export class AloneLock {
  private shared = 0;
  private alone = false;
  private aloneWaiting = 0;
  private readonly woken: (() => void)[] = [];

  /** Runs beside others; waits while one runs alone or waits to. */
  async beside<T>(work: () => Promise<T>): Promise<T> {
    while (this.alone || this.aloneWaiting > 0) await this.change();
    this.shared++;
    try {
      return await work();
    } finally {
      this.shared--;
      this.wake();
    }
  }

  /** Waits until nothing runs, then runs with nothing beside it. */
  async byItself<T>(work: () => Promise<T>): Promise<T> {
    this.aloneWaiting++;
    while (this.alone || this.shared > 0) await this.change();
    this.aloneWaiting--;
    this.alone = true;
    try {
      return await work();
    } finally {
      this.alone = false;
      this.wake();
    }
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.woken.push(resolve));
  }

  private wake(): void {
    for (const resume of this.woken.splice(0)) resume();
  }
}
