import type { DecodeItem, Embedding } from '#src/inference/model.js';
import type { PointPrompt, Prompt } from '#src/inference/prompts.js';
import { differenceOf } from '#src/masks/difference.js';
import { innermostPixel } from '#src/masks/innermost.js';
import type { RunLengths } from '#src/masks/rle.js';
import { boundingBoxOf, iouOf } from '#src/masks/runs.js';
import type { Click, Scored, Trial } from './result.js';

/** Every object gets this many clicks. */
const CLICKS = 10;
/** Objects that have not come to `HIGHEST_TARGET` by then get more, up to this many. */
export const MAX_CLICKS = 20;
const HIGHEST_TARGET = 0.9;

/** A mask that the model offered, at the size of the original, with the logits that it was made of. */
export interface Offer {
  readonly predictedIou: number;
  readonly mask: RunLengths;
  readonly logits: Float32Array;
}

/** One object on its way through the clicks. */
export class Course {
  readonly clicks: Click[] = [];
  private readonly prompts: PointPrompt[] = [];
  private readonly decodeMs: number[] = [];
  private candidates: Scored[] = [];
  private box: Scored = { predictedIou: 0, iou: 0 };
  /** The model's own choice after the last click. */
  private last: Offer | null = null;

  /** @param truth the object, not empty, at the size of the original. */
  constructor(
    private readonly embedding: Embedding,
    private readonly truth: RunLengths,
  ) {}

  boxItem(): DecodeItem {
    const box = boundingBoxOf(this.truth);
    if (box === null) throw new Error('expected an object of at least one pixel, but got an empty mask.');
    return this.itemOf([{ kind: 'box', ...box }], null);
  }

  takeBox([choice]: readonly Offer[], ms: number): void {
    if (choice) this.box = this.score(choice);
    this.decodeMs.push(ms);
  }

  /** The decode of one click more; null where no error is left to click at, or enough clicks were made. */
  nextItem(): DecodeItem | null {
    const count = this.clicks.length;
    if (count === MAX_CLICKS) return null;
    if (count >= CLICKS && this.clicks.some(({ iou }) => iou >= HIGHEST_TARGET)) return null;
    const click = this.nextClick();
    if (click === null) return null;
    this.prompts.push(click);
    return this.itemOf(this.prompts, this.last?.logits ?? null);
  }

  /** @param offers what the decode of `nextItem` gave, the model's own choice first. @returns the choice. */
  take(offers: readonly Offer[], ms: number): RunLengths {
    const [choice] = offers;
    const prompt = this.prompts.at(-1);
    if (choice === undefined || prompt === undefined) throw new Error('expected a click and at least one mask for it.');
    if (this.clicks.length === 0) this.candidates = offers.map((offer) => this.score(offer));
    this.clicks.push({
      x: Math.floor(prompt.x),
      y: Math.floor(prompt.y),
      label: prompt.label,
      ...this.score(choice),
    });
    this.decodeMs.push(ms);
    this.last = choice;
    return choice.mask;
  }

  trial(): Trial {
    const { clicks, candidates, box, decodeMs } = this;
    return { clicks, candidates, box, decodeMs };
  }

  /** The centre of the object, and then of the largest error: the one whose most inner pixel is farther inside. */
  private nextClick(): PointPrompt | null {
    if (this.last === null) return clickAt(innermostPixel(this.truth), 'FOREGROUND');
    const missed = innermostPixel(differenceOf(this.truth, this.last.mask));
    const surplus = innermostPixel(differenceOf(this.last.mask, this.truth));
    return (missed?.squaredDistance ?? 0) >= (surplus?.squaredDistance ?? 0)
      ? clickAt(missed, 'FOREGROUND')
      : clickAt(surplus, 'BACKGROUND');
  }

  private itemOf(prompts: readonly Prompt[], previousLogits: Float32Array | null): DecodeItem {
    return { embedding: this.embedding, prompts: [...prompts], previousLogits };
  }

  private score({ predictedIou, mask }: Offer): Scored {
    return { predictedIou, iou: iouOf(mask, this.truth) };
  }
}

function clickAt(pixel: { x: number; y: number } | null, label: PointPrompt['label']): PointPrompt | null {
  return pixel && { kind: 'point', x: pixel.x + 0.5, y: pixel.y + 0.5, label };
}
