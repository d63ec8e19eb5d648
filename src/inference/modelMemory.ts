import { MaskwireError } from '#src/errors.js';
import type { ModelFiles } from '#src/models/manifest.js';

/** A use that waits for room. */
interface Waiting {
  readonly model: ModelFiles;
  readonly begin: () => void;
}

/** A model that is taken to be loaded. */
interface Loaded {
  readonly bytes: number;
  uses: number;
  idle: NodeJS.Timeout | undefined;
}

export interface ModelMemoryOptions {
  /** The default model first: it is loaded from the start and does not leave for being idle. */
  readonly models: readonly ModelFiles[];
  /** For the bytes of the files of all loaded models. */
  readonly maxBytes: number;
  /** Time without use after which a model leaves. */
  readonly idleMs: number;
  /** Tells the process to give up a model; it loads again by itself when it is used. */
  readonly unload: (modelId: string) => void;
}

/**
 * Decides which models stay loaded in the inference process: the least recently used leave when another one needs their
 * room, and others when they have been idle. A use that finds no room, because all of it is in use, waits; uses begin in
 * the order in which they were asked for, so that no model is kept out for ever.
 */
export class ModelMemory {
  /** The least recently used first. */
  private readonly loaded = new Map<string, Loaded>();
  private readonly waiting: Waiting[] = [];

  /** @throws MaskwireError UNAVAILABLE where a model alone has no room. */
  constructor(private readonly options: ModelMemoryOptions) {
    const { models, maxBytes } = options;
    for (const { id, bytes } of models) {
      if (bytes <= maxBytes) continue;
      throw new MaskwireError(
        'UNAVAILABLE',
        `Model ${id} needs ${bytes} bytes, but modelMemoryBytes is ${maxBytes}: allow more, or remove the model.`,
      );
    }
    const [first] = models;
    if (first) this.loaded.set(first.id, { bytes: first.bytes, uses: 0, idle: undefined });
  }

  /** Does work for which a model has to be loaded. */
  async use<T>(modelId: string, work: () => Promise<T>): Promise<T> {
    const model = this.options.models.find(({ id }) => id === modelId);
    if (model === undefined) throw new Error(`expected a known model, but got "${modelId}".`);
    await new Promise<void>((begin) => {
      this.waiting.push({ model, begin });
      this.beginWaiting();
    });
    try {
      return await work();
    } finally {
      this.ended(modelId);
    }
  }

  /** Stops watching for idle models. */
  close(): void {
    for (const { idle } of this.loaded.values()) clearTimeout(idle);
  }

  private beginWaiting(): void {
    for (let next = this.waiting[0]; next && this.makeRoom(next.model); next = this.waiting[0]) {
      const { id, bytes } = next.model;
      const entry = this.loaded.get(id) ?? { bytes, uses: 0, idle: undefined };
      clearTimeout(entry.idle);
      entry.uses++;
      this.loaded.delete(id);
      this.loaded.set(id, entry);
      this.waiting.shift();
      next.begin();
    }
  }

  /** Whether there is room for the model now, others having left. */
  private makeRoom({ id, bytes }: ModelFiles): boolean {
    if (this.loaded.has(id)) return true;
    let free = this.options.maxBytes - [...this.loaded.values()].reduce((sum, one) => sum + one.bytes, 0);
    const leaving: string[] = [];
    for (const [other, { uses, bytes: theirs }] of this.loaded) {
      if (free >= bytes) break;
      if (uses > 0) continue;
      leaving.push(other);
      free += theirs;
    }
    if (free < bytes) return false;
    for (const other of leaving) this.leave(other);
    return true;
  }

  private ended(modelId: string): void {
    const entry = this.loaded.get(modelId);
    if (entry && --entry.uses === 0 && modelId !== this.options.models[0]?.id) {
      entry.idle = setTimeout(() => this.leave(modelId), this.options.idleMs);
      entry.idle.unref();
    }
    this.beginWaiting();
  }

  private leave(modelId: string): void {
    clearTimeout(this.loaded.get(modelId)?.idle);
    this.loaded.delete(modelId);
    this.options.unload(modelId);
  }
}
