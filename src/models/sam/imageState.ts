import type { Value } from '#src/models/onnx/graphBuilder.js';
import type { Port } from '#src/models/onnx/graph.js';
import { floats } from '#src/models/onnx/tensor.js';
import type { SamArchitecture } from './architecture.js';
import type { Layers } from './layers.js';
import { densePositionalEncoding } from './positions.js';
import { derived, reshaped, weight } from './weights.js';

/**
 * What the decoder needs of an image, all of it independent of the prompts. The first decoder layer sees the image
 * before any prompt has touched it, so its three projections are computed once per image, after the encoder.
 */
export interface ImageState {
  /** [images, positions, width]: the image embedding, row-major over y, x. */
  readonly embedding: Value;
  /** [images, heads, channels, positions]: keys of the first attention from tokens to image, without their bias. */
  readonly keys: Value;
  /** [images, heads, positions, channels]: values of that attention. */
  readonly values: Value;
  /** [images, positions, attention width]: queries of the first attention from image to tokens, scaled. */
  readonly queries: Value;
}

/** Names, types and sizes of the state as the encoder gives it and the decoder takes it. */
export function imageStatePorts(sam: SamArchitecture, images: number | string): Record<keyof ImageState, Port> {
  const positions = sam.grid * sam.grid;
  const { width, attentionWidth, heads } = sam.decoder;
  const channels = attentionWidth / heads;
  return {
    embedding: { name: 'image_embedding', type: 'float32', dims: [images, positions, width] },
    keys: { name: 'image_keys', type: 'float32', dims: [images, heads, channels, positions] },
    values: { name: 'image_values', type: 'float32', dims: [images, heads, positions, channels] },
    queries: { name: 'image_queries', type: 'float32', dims: [images, positions, attentionWidth] },
  };
}

export const firstLayer = 'mask_decoder.transformer.layers.0';

/** The positional encoding of the grid, [1, positions, width]. */
export function gridEncoding(layers: Layers, sam: SamArchitecture): Value {
  const frequencies = weight(layers.weights, 'prompt_encoder.pe_layer.positional_encoding_gaussian_matrix');
  return layers.computed(
    'grid_encoding',
    derived([frequencies], [1, sam.grid * sam.grid, sam.decoder.width], (values) =>
      densePositionalEncoding(values, sam.grid),
    ),
  );
}

/** The scale of attention scores between tokens and image. */
export function attentionScale({ decoder }: SamArchitecture): number {
  return (decoder.attentionWidth / decoder.heads) ** -0.5;
}

/** Computes the state from the embedding, for prompts without a mask. */
export function buildImageState(layers: Layers, embedding: Value, sam: SamArchitecture): ImageState {
  const { g } = layers;
  const noMask = layers.computed(
    'no_mask_embed',
    reshaped(weight(layers.weights, 'prompt_encoder.no_mask_embed.weight'), sam.decoder.width),
  );
  const source = g.add(embedding, noMask);
  const placed = g.add(source, gridEncoding(layers, sam));
  const scale = g.constant('attention_scale', floats([attentionScale(sam)], []));
  const { heads, attentionWidth } = sam.decoder;
  const perHead = (x: Value): Value => g.reshape(x, 0, sam.grid * sam.grid, heads, attentionWidth / heads);
  const toImage = `${firstLayer}.cross_attn_token_to_image`;
  return {
    embedding,
    keys: g.transpose(perHead(layers.project(placed, `${toImage}.k_proj`)), 0, 2, 3, 1),
    values: g.transpose(perHead(layers.linear(source, `${toImage}.v_proj`)), 0, 2, 1, 3),
    queries: g.mul(layers.linear(placed, `${firstLayer}.cross_attn_image_to_token.q_proj`), scale),
  };
}
