import type { ModelLoading } from './inference.js';

/** What a thread of the inference process runs of a model. */
type Part = 'encoder' | 'decoder';

/** One model's way to memory: what it waits for, and since when (`Date.now()`). */
interface Load {
  /** Null where no use of it waits for memory. */
  waitingSince: number | null;
  readonly loadingSince: Map<Part, number>;
}

/** Knows which models are on their way to memory, and tells whoever follows one of them. */
export class ModelLoads {
  private readonly loads = new Map<string, Load>();
  private readonly listeners = new Map<string, Set<() => void>>();

  /** Null where the model is in memory, or nothing asks for it. */
  of(modelId: string): ModelLoading | null {
    const load = this.loads.get(modelId);
    if (load === undefined) return null;
    const { waitingSince, loadingSince } = load;
    if (loadingSince.size > 0) return { stage: 'LOADING', since: Math.min(...loadingSince.values()) };
    return waitingSince === null ? null : { stage: 'WAITING_FOR_MEMORY', since: waitingSince };
  }

  /** Calls back after each change of what `of` answers. Returns the function that ends it. */
  onChange(modelId: string, listener: () => void): () => void {
    const listeners = this.listeners.get(modelId) ?? new Set();
    this.listeners.set(modelId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.listeners.get(modelId) === listeners) this.listeners.delete(modelId);
    };
  }

  /** Whether uses of the model wait for memory that others hold. */
  waits(modelId: string, waiting: boolean): void {
    this.change(modelId, (load) => (load.waitingSince = waiting ? (load.waitingSince ?? Date.now()) : null));
  }

  began(modelId: string, part: Part): void {
    this.change(modelId, ({ loadingSince }) => loadingSince.set(part, Date.now()));
  }

  /** Well or not: it is no longer being loaded. */
  ended(modelId: string, part: Part): void {
    this.change(modelId, ({ loadingSince }) => loadingSince.delete(part));
  }

  /** The process that loaded them is gone. */
  lost(): void {
    for (const modelId of [...this.loads.keys()]) this.change(modelId, ({ loadingSince }) => loadingSince.clear());
  }

  private change(modelId: string, apply: (load: Load) => void): void {
    const before = this.of(modelId);
    const load = this.loads.get(modelId) ?? { waitingSince: null, loadingSince: new Map<Part, number>() };
    apply(load);
    if (load.waitingSince === null && load.loadingSince.size === 0) this.loads.delete(modelId);
    else this.loads.set(modelId, load);
    const after = this.of(modelId);
    if (before?.stage === after?.stage && before?.since === after?.since) return;
    for (const listener of [...(this.listeners.get(modelId) ?? [])]) listener();
  }
}
