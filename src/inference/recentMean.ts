/** A mean of recent durations in which each new one weighs a fifth. */
export class RecentMean {
  constructor(private mean: number) {}

  get value(): number {
    return this.mean;
  }

  add(value: number): void {
    this.mean += (value - this.mean) / 5;
  }
}
