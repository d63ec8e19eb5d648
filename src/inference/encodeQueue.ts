import type { MaskwireError } from '#src/errors.js';
import type { EncodeProgress } from './inference.js';
import { overloaded, unavailable } from './failures.js';
import { RecentMean } from './recentMean.js';

type OnProgress = (progress: EncodeProgress) => void;

/** What the queue makes run. */
export interface EncodeWork {
  /** Brings the embedding to memory where it is on disk. @returns whether it is there now. */
  load(imageId: string, modelId: string): Promise<boolean>;
  /** @param began is called when the model is there and the encode itself begins. */
  encode(imageId: string, modelId: string, began: () => void): Promise<void>;
  /** The number of queued and running encodes has changed. */
  depthChanged(): void;
}

/** One embedding that is being made or looked for, shared by all who ask for it. */
interface Flight {
  readonly listeners: Set<OnProgress>;
  /** Null while it is looked for in memory and on disk. */
  progress: EncodeProgress | null;
  done: Promise<void>;
}

/** A flight whose embedding has to be made: it waits for its turn. */
interface Turn {
  readonly flight: Flight;
  begin(): void;
  refuse(error: Error): void;
}

/**
 * Makes embeddings one at a time, in the order in which they were asked for; one that several ask for, once. What is in
 * memory or on disk does not queue.
 */
export class EncodeQueue {
  private readonly flights = new Map<string, Flight>();
  /** How many were admitted for each and have not asked for it yet. */
  private readonly admitted = new Map<string, number>();
  /** Those that have to be encoded; the first one runs. */
  private readonly turns: Turn[] = [];
  private readonly recentMs = new RecentMean(500);
  private closed = false;

  constructor(
    private readonly work: EncodeWork,
    private readonly maxQueued: number,
  ) {}

  /** How many encodes wait or run. */
  get depth(): number {
    return this.turns.length;
  }

  /**
   * Keeps a place for an encode that is going to be asked for. What is looked for on disk counts as an encode, because it
   * may become one; what is under way already needs no place.
   * @returns gives the place up: to be called once, after `encode`.
   * @throws MaskwireError OVERLOADED where no further encode may queue.
   */
  admit(imageId: string, modelId: string): () => void {
    const key = keyOf(imageId, modelId);
    const known = this.flights.has(key) || this.admitted.has(key);
    const notAsked = [...this.admitted.keys()].filter((other) => !this.flights.has(other));
    if (!known && this.flights.size + notAsked.length >= this.maxQueued) throw this.overloaded();
    this.admitted.set(key, (this.admitted.get(key) ?? 0) + 1);
    return () => {
      const left = (this.admitted.get(key) ?? 1) - 1;
      if (left === 0) this.admitted.delete(key);
      else this.admitted.set(key, left);
    };
  }

  encode(imageId: string, modelId: string, onProgress?: OnProgress): Promise<void> {
    if (this.closed) return Promise.reject(unavailable());
    const flight = this.flightOf(imageId, modelId);
    if (onProgress) {
      flight.listeners.add(onProgress);
      if (flight.progress) onProgress(flight.progress);
    }
    return flight.done;
  }

  /** Refuses what waits; what runs goes on. */
  close(): void {
    this.closed = true;
    for (const turn of this.turns.slice(1)) turn.refuse(unavailable());
  }

  private flightOf(imageId: string, modelId: string): Flight {
    const key = keyOf(imageId, modelId);
    const existing = this.flights.get(key);
    if (existing) return existing;
    const flight: Flight = { listeners: new Set(), progress: null, done: Promise.resolve() };
    flight.done = this.run(flight, imageId, modelId).finally(() => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }

  private async run(flight: Flight, imageId: string, modelId: string): Promise<void> {
    if (await this.work.load(imageId, modelId)) return;
    if (this.closed) throw unavailable();
    // Decodes make embeddings again without having been admitted.
    if (this.turns.length >= this.maxQueued) throw this.overloaded();
    const turn = await this.takeTurn(flight);
    try {
      const begin = performance.now();
      await this.work.encode(imageId, modelId, () => {
        if (flight.progress?.phase !== 'encoding') this.tell(flight, { phase: 'encoding', position: 0 });
      });
      this.recentMs.add(performance.now() - begin);
    } finally {
      this.leave(turn);
    }
  }

  private takeTurn(flight: Flight): Promise<Turn> {
    return new Promise((resolve, reject) => {
      const turn: Turn = {
        flight,
        begin: () => resolve(turn),
        refuse: (error) => {
          this.leave(turn);
          reject(error);
        },
      };
      this.turns.push(turn);
      this.queueChanged();
    });
  }

  private leave(turn: Turn): void {
    this.turns.splice(this.turns.indexOf(turn), 1);
    this.queueChanged();
  }

  private overloaded(): MaskwireError {
    return overloaded('encodes', 'maxQueuedEncodes', this.maxQueued, this.turns.length * this.recentMs.value);
  }

  /** Starts the first, and tells every one whose place has changed. */
  private queueChanged(): void {
    this.work.depthChanged();
    this.turns[0]?.begin();
    this.turns.forEach(({ flight }, position) => {
      if (flight.progress?.position !== position) this.tell(flight, { phase: 'queued', position });
    });
  }

  private tell(flight: Flight, progress: EncodeProgress): void {
    flight.progress = progress;
    for (const listener of flight.listeners) listener(progress);
  }
}

function keyOf(imageId: string, modelId: string): string {
  return `${modelId}/${imageId}`;
}
