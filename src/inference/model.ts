import type { RgbImage } from '#src/images/rgb.js';
import type { MaskGrid } from '#src/masks/grid.js';
import type { Prompt } from './prompts.js';

/** A float32 tensor, row-major. */
export interface FloatTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What the encoder made of an image: all that the decoder needs of it. */
export interface Embedding {
  /** By the names that the model's graphs give them; the first dimension is 1. */
  readonly tensors: Readonly<Record<string, FloatTensor>>;
  /** Of the upright original image. */
  readonly original: Size;
  /** Of the resized image in the top left corner of the encoder's frame. */
  readonly content: Size;
}

export interface DecodeItem {
  readonly embedding: Embedding;
  /** At least one; at most one box and one mask. Coordinates are pixels of the upright original image. */
  readonly prompts: readonly Prompt[];
  /** `[maskGrid, maskGrid]` logits that these prompts refine; null at the first step. A mask prompt overrides them. */
  readonly previousLogits: Float32Array | null;
}

/** What the decoder answers to one item, before anything is enlarged. */
export interface LowResolutionMasks {
  /** Each `[maskGrid, maskGrid]`, threshold 0. */
  readonly logits: readonly Float32Array[];
  /** The model's own estimate for each, not clamped. */
  readonly predictedIous: readonly number[];
}

export interface FrameSizes {
  /** Side, in pixels, of the square that the encoder takes. */
  readonly frame: number;
  /** Side, in cells, of the square of logits over that frame. */
  readonly maskGrid: number;
  /** How logits become a mask: to the frame and from there to the original, as SAM does, or in one step. */
  readonly upscaling: 'throughFrame' | 'direct';
}

/**
 * A model behind the tensor contract of its family. Everything above speaks this and knows no family. A graph is opened
 * on first use, so a thread that only encodes holds no decoder.
 */
export interface SegmentationModel {
  readonly sizes: FrameSizes;
  /** Opens a graph ahead of its first use. */
  open(part: 'encoder' | 'decoder'): Promise<void>;
  /** Gives the memory of all graphs back; they are opened again when they are needed. */
  release(): Promise<void>;
  /** The size at which `encode` takes an image. */
  imageSize(original: Size): Size;
  /** @param image at that size. */
  encode(image: RgbImage): Promise<Embedding>;
  /**
   * Decodes items on different images, with different numbers of prompts, in as few runs as is fast. Answers an
   * ambiguous item (see `isAmbiguous`) with its candidates in any order, any other with one mask.
   * @throws Error where any item cannot be decoded; decoding each alone then says which.
   */
  decode(items: readonly DecodeItem[]): Promise<LowResolutionMasks[]>;
}

/** Where the image lies in the model's grid of logits. */
export function gridOf({ content }: Embedding, { frame, maskGrid }: FrameSizes): MaskGrid {
  return {
    width: maskGrid,
    height: maskGrid,
    contentWidth: (content.width * maskGrid) / frame,
    contentHeight: (content.height * maskGrid) / frame,
  };
}
