import { Store } from '../ui/store.js';

export type Timed = 'preview' | 'prompt';

/** How long the latest of each kind took, from the input event to the frame that shows its mask, in milliseconds. */
export interface Timings {
  readonly preview: number | null;
  readonly prompt: number | null;
}

/**
 * Measures from pointer to pixels. Each measurement is also an entry of the browser's own performance timeline, named
 * `maskwire:preview` or `maskwire:prompt`.
 */
export class PromptTimer {
  readonly timings = new Store<Timings>({ preview: null, prompt: null });

  /** @param start the `timeStamp` of the input event. Call it when the frame with the mask is on its way to the screen. */
  finish(kind: Timed, start: number): void {
    const end = performance.now();
    performance.measure(`maskwire:${kind}`, { start, end });
    this.timings.set({ [kind]: end - start });
  }
}
