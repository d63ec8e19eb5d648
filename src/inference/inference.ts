import type { Box } from '#src/masks/box.js';
import type { Rle } from '#src/masks/rle.js';
import type { Takes } from './promptBounds.js';
import type { Prompt } from './prompts.js';

/** What the layers above know about a model. */
export interface ModelDescriptor extends Takes {
  readonly id: string;
  readonly name: string;
  /** SPDX identifier or the name of the licence of the weights. */
  readonly license: string;
  /** The longest side, in pixels, to which an image is resized before encoding. */
  readonly inputLongestSide: number;
}

/** One mask that the model offers. */
export interface Candidate {
  /** The model's own estimate, clamped to 0..1. */
  readonly predictedIou: number;
  /** IoU of the masks at thresholds one above and one below the mask threshold, on the low-resolution logits; 0..1. */
  readonly stabilityScore: number;
  /** Pixels. */
  readonly area: number;
  /** Null for an empty mask. */
  readonly boundingBox: Box | null;
  /** At the size of the upright original image. */
  readonly rle: Rle;
}

/**
 * One decode in the chain that led to an object's mask. SAM refines by feeding back the logits of the mask that the
 * person saw, so a decode depends on the one before it, back to the first.
 */
export interface DecodeStep {
  /** Names this step's logits in the decoder's cache: unique to session, object and prompt revision, never to the image. */
  readonly key: string;
  /** All prompts of the object at this step. */
  readonly prompts: readonly Prompt[];
  /** Index, in best-first order, of this step's candidate whose logits the next step refines. */
  readonly selected: number;
}

export interface DecodeRequest {
  readonly imageId: string;
  /** Oldest first; the last one is asked for. Those before it are run again only where their logits are gone. */
  readonly steps: readonly DecodeStep[];
}

/**
 * A decode that waits for its turn. What is decoded is asked for only when the batch starts, so a job always decodes
 * the newest prompts: that is how the latest wins.
 */
export interface DecodeJob {
  /**
   * The request of this moment; null where there is nothing left to decode. Called at most once: where something has to
   * be done again (an embedding was gone, the process crashed), it is done for the same request.
   */
  take(): DecodeRequest | null;
}

export interface EncodeProgress {
  /** Its turn may have come while it is still `queued`: the model has to be loaded first. */
  readonly phase: 'queued' | 'encoding';
  /** How many encodes run before this one; 0 while encoding. */
  readonly position: number;
}

/** What a model waits for before it can run: on its first use, or on use after it left memory. */
export interface ModelLoading {
  /** Memory that models in use hold, or its files being read and made ready. */
  readonly stage: 'WAITING_FOR_MEMORY' | 'LOADING';
  /** `Date.now()` when that began. */
  readonly since: number;
}

/** Runs models in a process of their own. Owned by the serving process; sessions see this interface alone. */
export interface Inference {
  /** The default model first. */
  readonly models: readonly ModelDescriptor[];
  /**
   * Makes sure that the embedding of the image exists. Concurrent calls for one image and model share one encode.
   * @param onProgress called at every change of queue position and when the encode starts; not called where the
   *   embedding is there already.
   * @throws MaskwireError OVERLOADED where the encode queue is full, INFERENCE_FAILED, UNAVAILABLE while stopping.
   */
  encode(imageId: string, modelId: string, onProgress?: (progress: EncodeProgress) => void): Promise<void>;
  /**
   * Keeps a place in the queue for an encode that is going to be asked for.
   * @returns gives the place up: to be called once, after `encode`.
   * @throws MaskwireError OVERLOADED, with `retryAfterMs`, where no further encode would be taken now.
   */
  admitEncode(imageId: string, modelId: string): () => void;
  /** @throws MaskwireError OVERLOADED, with `retryAfterMs`, where no further decode would be taken now. */
  assertDecodeCapacity(): void;
  /**
   * Decodes in a batch with whatever else waits. Encodes the image first where its embedding is gone.
   * @returns candidates, best first; null where the job had nothing left to decode.
   * @throws MaskwireError OVERLOADED where the decode queue is full, INFERENCE_FAILED, UNAVAILABLE while stopping.
   */
  decode(modelId: string, job: DecodeJob): Promise<readonly Candidate[] | null>;
  /** Null where the model is in memory, or nothing asks for it. */
  modelLoading(modelId: string): ModelLoading | null;
  /** Calls back after each change of `modelLoading`. Returns the function that ends it. */
  onModelLoading(modelId: string, listener: () => void): () => void;
  /** Drops the logits kept for the steps whose key begins with this. Missing ones are made again when needed. */
  forget(keyPrefix: string): void;
  /** Whether models are loaded and the process answers. */
  readonly ready: boolean;
  /** Lets running work end, refuses waiting and new work with UNAVAILABLE, and ends the process. */
  close(): Promise<void>;
}
