import type { Rle } from 'maskwire/client';
import { isPathMade, maskPath } from './maskPaths.js';

/** Making paths stops for the screen's next frame after so many milliseconds. */
const SLICE = 6;
/** Masks that wait to be seen for the first time are shown at least this often while others are made, in milliseconds. */
const SHOWN_EVERY = 250;

/** Makes the paths of many masks a few at a time, so that no frame waits for all of them. */
export class PathMaker {
  private waiting: readonly Rle[] = [];
  private scale = 1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shownAt = 0;

  /** @param onMade called when all are made, and now and then before. */
  constructor(private readonly onMade: () => void) {}

  /** Makes these from now on, and forgets what was asked for before. */
  make(masks: readonly Rle[], scale: number): void {
    this.waiting = masks;
    this.scale = scale;
    this.shownAt = performance.now();
    if (masks.length > 0) this.timer ??= setTimeout(() => this.run());
  }

  private run(): void {
    const end = performance.now() + SLICE;
    this.timer = undefined;
    let made = 0;
    for (const mask of this.waiting) {
      if (performance.now() >= end) break;
      if (!isPathMade(mask, this.scale)) maskPath(mask, this.scale);
      made++;
    }
    this.waiting = this.waiting.slice(made);
    if (this.waiting.length > 0) this.timer = setTimeout(() => this.run());
    if (this.waiting.length === 0 || performance.now() - this.shownAt > SHOWN_EVERY) {
      this.shownAt = performance.now();
      this.onMade();
    }
  }
}
