import type { Value } from '#src/models/onnx/graphBuilder.js';
import { floats, type TensorData } from '#src/models/onnx/tensor.js';
import type { SamArchitecture } from './architecture.js';
import { attentionScale, firstLayer } from './imageState.js';
import { SAM_EPSILON, type Layers } from './layers.js';
import { derived, reshaped, scaled, sizes, stacked, transposed, weight } from './weights.js';

/**
 * What mask prompts change. SAM adds to each position of the embedding a vector that depends on the mask; that vector is a
 * fixed linear map of few features (16 in every checkpoint, and here one more). So each projection of the embedding
 * changes by the features times a small matrix, and a product with it by two small products: nothing of the image is
 * projected again. Exact, to float32 rounding.
 */
export interface MaskPrompt {
  /** [prompts, positions, features]; all zero for a prompt without a mask. */
  readonly features: Value;
  /** [features, width]: to the change of the embedding. */
  readonly embedding: Value;
  /** [1, heads, channels, features]: to that of the keys that `ImageState` holds, transposed. */
  readonly keys: Value;
  /** [1, heads, features, channels]: to that of the values. */
  readonly values: Value;
  /** [features, attention width]: to that of the queries. */
  readonly queries: Value;
}

/**
 * @param mask [prompts, 1, 4 * grid, 4 * grid]: logits of a previous low-resolution mask.
 * @param hasMask [prompts]: 1 where the mask counts, 0 where the prompt has none.
 */
export function buildMaskPrompt(layers: Layers, mask: Value, hasMask: Value, sam: SamArchitecture): MaskPrompt {
  const { g, weights } = layers;
  const root = 'prompt_encoder.mask_downscaling';
  const { width, heads, attentionWidth } = sam.decoder;
  const [, features] = sizes(weights.shape(`${root}.6.weight`), 4);

  const first = g.gelu(shrunk(layers, mask, `${root}.0`, `${root}.1`, 4 * sam.grid));
  const last = g.gelu(shrunk(layers, first, `${root}.3`, `${root}.4`, 2 * sam.grid));
  // A further feature, 1 where there is a mask, carries what is constant: the bias, less the "no mask" embedding.
  const flat = g.reshape(last, 0, sam.grid * sam.grid, features);
  const withOne = g.node('Pad', [flat, g.ints(0, 0, 0, 0, 0, 1), g.float(1)]);

  const map = stacked(
    transposed(reshaped(weight(weights, `${root}.6.weight`), width, features)),
    derived(
      [weight(weights, `${root}.6.bias`), weight(weights, 'prompt_encoder.no_mask_embed.weight')],
      [1, width],
      (bias, noMask) => bias.map((value, index) => value - (noMask[index] ?? 0)),
    ),
  );
  const projected = (name: string): TensorData =>
    product(map, transposed(weight(weights, `${firstLayer}.${name}.weight`)));
  const byHead = (name: string): TensorData =>
    reshaped(transposed(projected(name)), 1, heads, attentionWidth / heads, features + 1);
  const values = layers.computed('mask_values', byHead('cross_attn_token_to_image.v_proj'));
  const queries = scaled(projected('cross_attn_image_to_token.q_proj'), attentionScale(sam));
  return {
    features: g.mul(withOne, g.reshape(hasMask, -1, 1, 1)),
    embedding: layers.computed('mask_embedding', map),
    keys: layers.computed('mask_keys', byHead('cross_attn_token_to_image.k_proj')),
    values: g.transpose(values, 0, 1, 3, 2),
    queries: layers.computed('mask_queries', queries),
  };
}

/**
 * A 2x2 convolution of stride 2, as a matrix product on blocks of pixels, and a norm over its few channels.
 *
 * The norm is written out, because onnxruntime's takes ten times as long on rows of 4 or 16 numbers: the weights are
 * centred already, a product with a small matrix gives every channel the variance, and what is added or multiplied per
 * channel is repeated along whole rows of pixels.
 * @param x [prompts, side * side * inputs] in any shape of that order.
 * @returns [prompts, side / 2, side / 2 * outputs]
 */
function shrunk(layers: Layers, x: Value, convolution: string, norm: string, side: number): Value {
  const { g, weights } = layers;
  const kernel = weight(weights, `${convolution}.weight`);
  const [outputs, inputs] = sizes(kernel.dims, 4);
  const half = side / 2;
  const blocks = g.transpose(g.reshape(x, -1, half, 2, half, 2, inputs), 0, 1, 3, 2, 4, 5);
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
    return centred(result, outputs);
  });
  const perChannel = (name: string, prepare: (values: Float32Array) => Float32Array): Value => {
    const row = derived([weight(weights, name)], [half * outputs], (values) => {
      const channels = prepare(values);
      return Float32Array.from({ length: half * outputs }, (_, index) => channels[index % outputs] ?? 0);
    });
    return layers.computed(`${name}.row`, row);
  };
  const product = g.matmul(
    g.reshape(blocks, -1, half * half, 4 * inputs),
    layers.computed(`${convolution}.matrix`, matrix),
  );
  const bias = perChannel(`${convolution}.bias`, (values) => centred(values, outputs));
  const deviation = g.add(g.reshape(product, 0, half, half * outputs), bias);
  const averaging = floats(new Float32Array(outputs * outputs).fill(1 / outputs), [outputs, outputs]);
  const squares = g.reshape(g.mul(deviation, deviation), 0, half * half, outputs);
  const variance = g.matmul(squares, layers.computed(`averaging_${outputs}`, averaging));
  const spread = g.node('Sqrt', [g.add(g.reshape(variance, 0, half, half * outputs), g.float(SAM_EPSILON))]);
  const unchanged = (values: Float32Array): Float32Array => values;
  const scaledUp = g.mul(g.node('Div', [deviation, spread]), perChannel(`${norm}.weight`, unchanged));
  return g.add(scaledUp, perChannel(`${norm}.bias`, unchanged));
}

/** Rows of `length` numbers, each without its mean. */
function centred(values: Float32Array, length: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += length) {
    const row = values.subarray(start, start + length);
    const mean = row.reduce((total, value) => total + value, 0) / length;
    result.set(
      row.map((value) => value - mean),
      start,
    );
  }
  return result;
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
          result[row * columns + column] =
            (result[row * columns + column] ?? 0) + factor * (right[k * columns + column] ?? 0);
        }
      }
    }
    return Float32Array.from(result);
  });
}
