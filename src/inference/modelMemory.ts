import { MaskwireError } from '#src/errors.js';
import type { ModelFiles } from '#src/models/manifest.js';
import { inferenceFailed } from './failures.js';

/**
 * Memory of loaded graphs per byte of their files: 1.6 was measured with MobileSAM, 1.9 with SAM ViT-B. What a run needs
 * beside its graph is not counted.
 */
const LOADED_PER_FILE_BYTE = 2;

/** A use that waits for room. */
interface Waiting {
  readonly model: ModelFiles;
  readonly begin: () => void;
  /** Whether it had to be said that it waits. */
  readonly told: boolean;
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
  /** For the graphs of all loaded models, `LOADED_PER_FILE_BYTE` times the size of their files. */
  readonly maxBytes: number;
  /** Time without use after which a model leaves. */
  readonly idleMs: number;
  /** Tells the process to give up a model; it loads again by itself when it is used. */
  readonly unload: (modelId: string) => void;
  /** Told when uses of a model begin to wait for room, and when none does any more. */
  readonly waits: (modelId: string, waiting: boolean) => void;
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

  /** @throws MaskwireError UNAVAILABLE where the default model alone has no room. */
  constructor(private readonly options: ModelMemoryOptions) {
    const [first] = options.models;
    if (first === undefined) return;
    const bytes = memoryOf(first);
    if (bytes > options.maxBytes) throw new MaskwireError('UNAVAILABLE', this.tooLarge(first));
    this.loaded.set(first.id, { bytes, uses: 0, idle: undefined });
  }

  /**
   * Does work for which a model has to be loaded.
   * @throws MaskwireError INFERENCE_FAILED where the model alone has no room.
   */
  async use<T>(modelId: string, work: () => Promise<T>): Promise<T> {
    const model = this.options.models.find(({ id }) => id === modelId);
    if (model === undefined) throw new Error(`expected a known model, but got "${modelId}".`);
    if (memoryOf(model) > this.options.maxBytes) throw inferenceFailed(this.tooLarge(model));
    await new Promise<void>((begin) => {
      const waiting = { model, begin, told: false };
      this.waiting.push(waiting);
      this.beginWaiting();
      if (!this.waiting.includes(waiting)) return;
      waiting.told = true;
      this.options.waits(modelId, true);
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
      const { id } = next.model;
      const entry = this.loaded.get(id) ?? { bytes: memoryOf(next.model), uses: 0, idle: undefined };
      clearTimeout(entry.idle);
      entry.uses++;
      this.loaded.delete(id);
      this.loaded.set(id, entry);
      this.waiting.shift();
      if (next.told && !this.waiting.some(({ model }) => model.id === id)) this.options.waits(id, false);
      next.begin();
    }
  }

  /** Whether there is room for the model now, others having left. */
  private makeRoom(model: ModelFiles): boolean {
    if (this.loaded.has(model.id)) return true;
    const bytes = memoryOf(model);
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

  private tooLarge(model: ModelFiles): string {
    return (
      `Model ${model.id} needs about ${memoryOf(model)} bytes of memory, but modelMemoryBytes is ` +
      `${this.options.maxBytes}: allow more, or choose another model.`
    );
  }
}

function memoryOf({ bytes }: ModelFiles): number {
  return LOADED_PER_FILE_BYTE * bytes;
}
