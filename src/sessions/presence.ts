import { createHash } from 'node:crypto';
import { MaskwireError } from '../errors.js';
import type { Liveness } from './liveness.js';
import type { Participant } from './participant.js';
import { Waker } from './waker.js';

/** How often, at most, a change is sent to each reader. */
const THROTTLE_MS = 40;

/** How long a person who only points, without a subscription, is shown after their last movement. */
const POINTER_TTL_MS = 12_000;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PresentParticipant extends Participant {
  /** `#rrggbb`, made from the id. */
  readonly color: string;
  readonly pointer: Point | null;
  readonly objectId: string | null;
}

interface Entry {
  participant: Participant;
  pointer: Point | null;
  objectId: string | null;
  movedAt: number;
  /** One for each subscription. */
  readonly subscriptions: Set<{ readonly connection: Liveness }>;
}

/** Who is in one session now. Nothing of it is stored; the latest wins. */
export class Presence {
  readonly #entries = new Map<string, Entry>();
  readonly #wakers = new Set<Waker>();

  /** @param maxParticipants beyond it, newcomers are refused with TOO_LARGE. */
  constructor(private readonly maxParticipants: number) {}

  /** Everyone here, in the order in which they came. */
  get participants(): readonly PresentParticipant[] {
    this.#dropStale();
    return [...this.#entries.values()]
      .filter((entry) => isHere(entry))
      .map(({ participant, pointer, objectId }) => ({
        ...participant,
        color: colorOf(participant.id),
        pointer,
        objectId,
      }));
  }

  isPresent(participantId: string): boolean {
    const entry = this.#entries.get(participantId);
    return entry !== undefined && isHere(entry);
  }

  /**
   * Shows a person for as long as one of their subscriptions lives. Returns the function that ends this one.
   * @throws MaskwireError TOO_LARGE where the session is full.
   */
  join(participant: Participant, connection: Liveness): () => void {
    const entry = this.#entryOf(participant);
    const subscription = { connection };
    entry.subscriptions.add(subscription);
    const off = connection.onChange(() => this.#wake());
    this.#wake();
    return () => {
      off();
      entry.subscriptions.delete(subscription);
      if (entry.subscriptions.size === 0) this.#entries.delete(participant.id);
      this.#wake();
    };
  }

  /** @throws MaskwireError TOO_LARGE where the session is full. */
  move(participant: Participant, pointer: Point | null, objectId: string | null): void {
    const entry = this.#entryOf(participant);
    Object.assign(entry, { pointer, objectId, movedAt: Date.now() });
    if (entry.subscriptions.size === 0) setTimeout(() => this.#wake(), POINTER_TTL_MS + 1).unref();
    this.#wake();
  }

  /** The whole list now and after each change, at most once in 40 ms; a late reader gets only the newest. */
  updates(): AsyncIterableIterator<readonly PresentParticipant[]> {
    const waker = new Waker();
    this.#wakers.add(waker);
    const off = () => this.#wakers.delete(waker);
    const generator = (async function* (presence: Presence) {
      try {
        while (!waker.stopped) {
          yield presence.participants;
          await Promise.all([waker.next(), new Promise((resolve) => setTimeout(resolve, THROTTLE_MS))]);
        }
      } finally {
        off();
      }
    })(this);
    return waker.stoppable(generator, off);
  }

  #entryOf(participant: Participant): Entry {
    this.#dropStale();
    const known = this.#entries.get(participant.id);
    if (known) {
      known.participant = participant;
      return known;
    }
    if (this.#entries.size >= this.maxParticipants) {
      throw new MaskwireError('TOO_LARGE', `Expected at most ${this.maxParticipants} participants in a session.`, {
        limit: 'participantsPerSession',
      });
    }
    const entry: Entry = { participant, pointer: null, objectId: null, movedAt: 0, subscriptions: new Set() };
    this.#entries.set(participant.id, entry);
    return entry;
  }

  #dropStale(): void {
    for (const [id, entry] of this.#entries) {
      if (entry.subscriptions.size === 0 && !isHere(entry)) this.#entries.delete(id);
    }
  }

  #wake(): void {
    for (const waker of this.#wakers) waker.wake();
  }
}

function isHere({ subscriptions, movedAt }: Entry): boolean {
  if (subscriptions.size === 0) return Date.now() - movedAt <= POINTER_TTL_MS;
  return [...subscriptions].some(({ connection }) => connection.live);
}

/** A colour that is bright enough on photos, the same for the same id everywhere. */
function colorOf(id: string): string {
  const hue = createHash('sha256').update(id).digest().readUInt16BE(0) % 360;
  const channel = (offset: number) => {
    // HSL to RGB with saturation .85 and lightness .55.
    const k = (offset + hue / 30) % 12;
    const value = 0.55 - 0.85 * 0.45 * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
