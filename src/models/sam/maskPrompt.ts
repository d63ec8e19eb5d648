import type { Value } from '#src/models/onnx/graphBuilder.js';
import { type TensorData } from '#src/models/onnx/tensor.js';
import type { SamArchitecture } from './architecture.js';
import { attentionScale, firstLayer, type ImageState } from './imageState.js';
import { SAM_EPSILON, type Layers } from './layers.js';
import { derived, reshaped, scaled, sizes, stacked, transposed, weight } from './weights.js';

/**
 * Adds mask prompts to the state of the image. SAM adds to each position of the embedding a vector that depends on the
 * mask; that vector is a fixed linear map of few channels (16 in every checkpoint). So the change of every projection
 * of the embedding is a product with a matrix of 17 rows, and nothing is projected again: exact, for about a fiftieth of the cost.
 * @param mask [prompts, 1, 4 * grid, 4 * grid]: logits of a previous low-resolution mask.
 * @param hasMask [prompts]: 1 where the mask counts, 0 where the prompt has none.
 * @returns the state with one row per prompt.
 */
export function addMaskPrompt(
  layers: Layers,
  state: ImageState,
  mask: Value,
  hasMask: Value,
  sam: SamArchitecture,
): ImageState {
  const { g, weights } = layers;
  const root = 'prompt_encoder.mask_downscaling';
  const { width } = sam.decoder;
  const [, channels] = sizes(weights.shape(`${root}.6.weight`), 4);

  const first = convolved(layers, g.transpose(mask, 0, 2, 3, 1), `${root}.0`, 4 * sam.grid);
  const normed = g.gelu(layers.layerNorm(first, `${root}.1`, SAM_EPSILON));
  const second = convolved(layers, normed, `${root}.3`, 2 * sam.grid);
  const features = g.gelu(layers.layerNorm(second, `${root}.4`, SAM_EPSILON));
  // A further channel, 1 where there is a mask, carries what is constant: the bias, less the "no mask" embedding.
  const flat = g.reshape(features, 0, sam.grid * sam.grid, channels);
  const withOne = g.node('Pad', [flat, g.ints(0, 0, 0, 0, 0, 1), g.float(1)]);
  const gated = g.mul(withOne, g.reshape(hasMask, -1, 1, 1));

  const map = stacked(
    transposed(reshaped(weight(weights, `${root}.6.weight`), width, channels)),
    derived(
      [weight(weights, `${root}.6.bias`), weight(weights, 'prompt_encoder.no_mask_embed.weight')],
      [1, width],
      (bias, noMask) => bias.map((value, index) => value - (noMask[index] ?? 0)),
    ),
  );
  const projection = (name: string): TensorData =>
    product(map, transposed(weight(weights, `${firstLayer}.${name}.weight`)));
  const change = (name: string, matrix: TensorData): Value => g.matmul(gated, layers.computed(`mask_${name}`, matrix));
  const { heads, attentionWidth } = sam.decoder;
  const rows = channels + 1;
  const headed = g.unsqueeze(gated, 1);
  // [1, heads, channels of the head, rows].
  const byHead = (name: string): TensorData => reshaped(transposed(projection(name)), 1, heads, attentionWidth / heads, rows);
  const keys = layers.computed('mask_keys', byHead('cross_attn_token_to_image.k_proj'));
  const values = layers.computed('mask_values', byHead('cross_attn_token_to_image.v_proj'));
  return {
    embedding: g.add(state.embedding, change('embedding', map)),
    keys: g.add(state.keys, g.matmul(keys, g.transpose(headed, 0, 1, 3, 2))),
    values: g.add(state.values, g.matmul(headed, g.transpose(values, 0, 1, 3, 2))),
    queries: g.add(
      state.queries,
      change('queries', scaled(projection('cross_attn_image_to_token.q_proj'), attentionScale(sam))),
    ),
  };
}

/** A 2x2 convolution of stride 2 over x [prompts, side, side, inputs], as a matrix product on blocks of pixels. */
function convolved(layers: Layers, x: Value, name: string, side: number): Value {
  const { g, weights } = layers;
  const [outputs, inputs] = sizes(weights.shape(`${name}.weight`), 4);
  const half = side / 2;
  const blocks = g.transpose(g.reshape(x, -1, half, 2, half, 2, inputs), 0, 1, 3, 2, 4, 5);
  const kernel = weight(weights, `${name}.weight`);
  // [outputs, inputs, 2, 2] to [2 * 2 * inputs, outputs], in the order of the blocks: y, x, channel.
  const matrix = derived([kernel], [4 * inputs, outputs], (values) => {
    const result = new Float32Array(values.length);
    for (let output = 0; output < outputs; output++) {
      for (let input = 0; input < inputs; input++) {
        for (let place = 0; place < 4; place++) {
          result[(place * inputs + input) * outputs + output] = values[(output * inputs + input) * 4 + place] ?? 0;
        }
      }
    }
    return result;
  });
  const product = g.matmul(g.reshape(blocks, -1, half, half, 4 * inputs), layers.computed(`${name}.matrix`, matrix));
  return g.add(product, layers.constant(`${name}.bias`));
}

/** [rows, inner] times [inner, columns], when the file is written. */
function product(a: TensorData, b: TensorData): TensorData {
  const [rows, inner] = sizes(a.dims, 2);
  const [, columns] = sizes(b.dims, 2);
  return derived([a, b], [rows, columns], (left, right) => {
    const result = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let k = 0; k < inner; k++) {
        const factor = left[row * inner + k] ?? 0;
        for (let column = 0; column < columns; column++) {
          result[row * columns + column] = (result[row * columns + column] ?? 0) + factor * (right[k * columns + column] ?? 0);
        }
      }
    }
    return Float32Array.from(result);
  });
}
