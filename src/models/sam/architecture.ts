import { MaskwireError } from '#src/errors.js';
import { countOf, sizes, type Weights } from './weights.js';

/** The image encoder of SAM: a vision transformer with windowed and global attention. */
export interface VitArchitecture {
  readonly kind: 'vit';
  readonly patch: number;
  readonly width: number;
  readonly heads: number;
  /** The side of each block's attention window in positions; null where it attends to the whole grid. */
  readonly windows: readonly (number | null)[];
}

/** The image encoder of MobileSAM. Its sizes are read where the graph is built. */
export interface TinyVitArchitecture {
  readonly kind: 'tinyVit';
}

export interface DecoderArchitecture {
  /** Channels of the embedding and of every token. */
  readonly width: number;
  /** Channels inside the attention between tokens and image. */
  readonly attentionWidth: number;
  readonly heads: number;
  readonly layers: number;
  /** Masks per prompt: SAM has one single mask and three of an ambiguous prompt. */
  readonly maskTokens: number;
  readonly iouLayers: number;
}

export interface SamArchitecture {
  /** Side of the square input in pixels. */
  readonly frame: number;
  /** Side of the embedding grid in positions. Low-resolution masks are 4 times as large. */
  readonly grid: number;
  readonly encoder: VitArchitecture | TinyVitArchitecture;
  readonly decoder: DecoderArchitecture;
}

/** No tensor tells it: every published checkpoint was trained with 8. */
export const DECODER_HEADS = 8;
/** TinyViT has no positional embedding that would tell it: MobileSAM was trained with this frame. */
const TINY_VIT_FRAME = 1024;
const TINY_VIT_STRIDE = 16;

/**
 * Reads the sizes of a SAM or MobileSAM checkpoint from the shapes of its tensors.
 * @param decoderHeads attention heads of the mask decoder.
 * @throws MaskwireError BAD_USER_INPUT where it is not such a checkpoint, saying what is missing.
 */
export function readArchitecture(weights: Weights, decoderHeads = DECODER_HEADS): SamArchitecture {
  const decoder = readDecoder(weights, decoderHeads);
  if (weights.has('image_encoder.patch_embed.seq.0.c.weight')) {
    return { frame: TINY_VIT_FRAME, grid: TINY_VIT_FRAME / TINY_VIT_STRIDE, encoder: { kind: 'tinyVit' }, decoder };
  }
  if (!weights.has('image_encoder.pos_embed') || !weights.has('image_encoder.patch_embed.proj.weight')) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      'The checkpoint holds neither the image encoder of SAM (image_encoder.pos_embed) nor that of MobileSAM ' +
        '(image_encoder.patch_embed.seq): only these two families are converted.',
    );
  }
  const [, grid, , width] = sizes(weights.shape('image_encoder.pos_embed'), 4);
  const [, , patch] = sizes(weights.shape('image_encoder.patch_embed.proj.weight'), 4);
  return { frame: grid * patch, grid, encoder: readVit(weights, patch, width, grid), decoder };
}

function readVit(weights: Weights, patch: number, width: number, grid: number): VitArchitecture {
  const relative = (block: number): string => `image_encoder.blocks.${block}.attn.rel_pos_h`;
  const depth = countOf(weights, relative);
  if (depth === 0) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `The checkpoint has no ${relative(0)}; without relative positions its attention windows cannot be known.`,
    );
  }
  const windows = Array.from({ length: depth }, (_, block) => {
    const [length] = sizes(weights.shape(relative(block)), 2);
    const side = (length + 1) / 2;
    return side < grid ? side : null;
  });
  const [, headWidth] = sizes(weights.shape(relative(0)), 2);
  return { kind: 'vit', patch, width, heads: width / headWidth, windows };
}

function readDecoder(weights: Weights, heads: number): DecoderArchitecture {
  const layer = (index: number): string => `mask_decoder.transformer.layers.${index}.cross_attn_token_to_image`;
  const layers = countOf(weights, (index) => `${layer(index)}.q_proj.weight`);
  if (layers === 0) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `The checkpoint has no ${layer(0)}.q_proj.weight: it is not a SAM or MobileSAM checkpoint.`,
    );
  }
  const [attentionWidth, width] = sizes(weights.shape(`${layer(0)}.q_proj.weight`), 2);
  if (attentionWidth % heads !== 0) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `The decoder's attention has ${attentionWidth} channels, which ${heads} heads do not divide.`,
    );
  }
  const [maskTokens] = sizes(weights.shape('mask_decoder.mask_tokens.weight'), 2);
  const iouLayers = countOf(weights, (index) => `mask_decoder.iou_prediction_head.layers.${index}.weight`);
  return { width, attentionWidth, heads, layers, maskTokens, iouLayers };
}
