import type { SegmentedObject } from 'maskwire/client';
import { texts } from '../texts.js';
import { chosenCandidate } from './sessionObject.js';

/** A text that ends otherwise than the one before is read out again, even where the words are the same. */
const AGAIN = '\u00a0';

/** Says results in words, for a live region. */
export class Announcer {
  private last = '';

  constructor(private readonly show: (text: string) => void) {}

  say(text: string): void {
    this.last = this.last === text ? text + AGAIN : text;
    this.show(this.last);
  }

  sayFound(object: SegmentedObject): void {
    const chosen = chosenCandidate(object);
    if (!chosen || chosen.area === 0) this.say(texts.said.nothing);
    else this.say(texts.said.found(chosen.predictedIou, object.candidates.length));
  }
}
