/** Told of what inference does, for metrics and logs. Calls must return at once and not throw. */
export interface InferenceObserver {
  /** An image was encoded; an embedding that was found in memory or on disk is not told here. */
  encoded(milliseconds: number): void;
  /** A batch was decoded. */
  decoded(batch: { readonly batchSize: number; readonly ms: number }): void;
  /** A graph of a model was loaded: at the start, on first use, or on use after it had left memory. */
  modelLoaded(load: { readonly modelId: string; readonly part: 'encoder' | 'decoder'; readonly ms: number }): void;
  /** A model left memory: idle, or for another one. */
  modelUnloaded(modelId: string): void;
  /** Encodes and decodes that were asked for and are not answered yet; called at every change. */
  queueDepth(depth: { readonly encodes: number; readonly decodes: number }): void;
  /** Where an embedding that was looked for was found. */
  cacheHit(kind: 'memory' | 'disk' | 'miss'): void;
  /** The process ended unexpectedly and is started again. */
  restarted(reason: string): void;
  /** Something went wrong that nobody notices, such as a full disk under the embeddings. */
  warned(message: string): void;
}

const ignore = () => undefined;

/** For whoever does not want to know. */
export const NO_OBSERVER: InferenceObserver = {
  encoded: ignore,
  decoded: ignore,
  modelLoaded: ignore,
  modelUnloaded: ignore,
  queueDepth: ignore,
  cacheHit: ignore,
  restarted: ignore,
  warned: ignore,
};
