import type { Value } from '#src/models/onnx/graphBuilder.js';
import type { TensorData } from '#src/models/onnx/tensor.js';
import type { SamArchitecture } from './architecture.js';
import { SAM_EPSILON, type Layers } from './layers.js';
import { derived, sizes, stacked, reshaped, transposed, weight } from './weights.js';

const HYPERNETWORK_LAYERS = 3;

/** A perceptron with ReLU between its layers, `<name>.layers.<n>`, on x [rows, in]. */
export function buildHead(layers: Layers, x: Value, name: string, count: number): Value {
  let value = x;
  for (let index = 0; index < count; index++) {
    value = layers.rows(value, `${name}.layers.${index}`);
    if (index < count - 1) value = layers.g.relu(value);
  }
  return value;
}

/**
 * Upscales the image positions fourfold and multiplies each with the vector of each mask token.
 *
 * A transposed convolution of kernel 2 and stride 2 is a matrix product that gives the four pixels of a position. The two
 * pixels of the upper row and those of the lower are computed apart, twice: then each part is whole rows of the result,
 * and the logits only have to be interleaved row by row, where else each pixel would have to be moved.
 * @param tokens [prompts, mask tokens, width]
 * @param source [prompts, positions, width]
 * @returns [prompts, mask tokens, 4 * grid, 4 * grid]
 */
export function buildMasks(layers: Layers, tokens: Value, source: Value, sam: SamArchitecture): Value {
  const { g } = layers;
  const { grid } = sam;
  const { maskTokens } = sam.decoder;
  const root = 'mask_decoder.output_upscaling';
  const vectors = hypernetworks(layers, tokens, maskTokens);
  const rows = [0, 1].flatMap((outer) => {
    const middle = upscaledRow(layers, source, `${root}.0`, outer, 2 * grid * grid);
    const normed = g.gelu(layers.layerNorm(middle, `${root}.1`, SAM_EPSILON));
    return [0, 1].map((inner) => {
      const pixels = g.gelu(upscaledRow(layers, normed, `${root}.3`, inner, 4 * grid * grid));
      const logits = g.matmul(vectors, g.transpose(pixels, 0, 2, 1));
      return g.reshape(logits, 0, maskTokens, grid, 1, 4 * grid);
    });
  });
  return g.reshape(g.concat(rows, 3), 0, maskTokens, 4 * grid, 4 * grid);
}

/**
 * One row of the pixels of each position, the upper (0) or the lower (1), by a transposed convolution.
 * @param x [prompts, rows / 2, inputs]
 * @returns [prompts, rows, outputs]: the left pixel of each position, then the right one.
 */
function upscaledRow(layers: Layers, x: Value, name: string, y: number, rows: number): Value {
  const kernel = weight(layers.weights, `${name}.weight`);
  const [inputs, outputs] = sizes(kernel.dims, 4);
  const matrix = derived([kernel], [inputs, 2 * outputs], (values) => {
    const result = new Float32Array(inputs * 2 * outputs);
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        for (let column = 0; column < 2; column++) {
          result[(input * 2 + column) * outputs + output] =
            values[((input * outputs + output) * 2 + y) * 2 + column] ?? 0;
        }
      }
    }
    return result;
  });
  // The bias comes after the reshape: there onnxruntime joins it to what follows.
  const product = layers.linearWith(x, `${name}.${y}`, matrix, null);
  return layers.g.add(layers.g.reshape(product, 0, rows, outputs), layers.constant(`${name}.bias`));
}

/** The perceptrons of all mask tokens at once: [prompts, mask tokens, width] to [prompts, mask tokens, channels]. */
function hypernetworks(layers: Layers, tokens: Value, maskTokens: number): Value {
  const { g, weights } = layers;
  const name = (token: number, layer: number, part: string): string =>
    `mask_decoder.output_hypernetworks_mlps.${token}.layers.${layer}.${part}`;
  const all = (layer: number, part: string, prepare: (one: TensorData) => TensorData): Value => {
    const parts = Array.from({ length: maskTokens }, (_, token) => prepare(weight(weights, name(token, layer, part))));
    return layers.computed(
      `hypernetworks.${layer}.${part}`,
      stacked(...parts.map((one) => reshaped(one, 1, ...one.dims))),
    );
  };
  let value = g.transpose(tokens, 1, 0, 2);
  for (let layer = 0; layer < HYPERNETWORK_LAYERS; layer++) {
    const product = g.matmul(value, all(layer, 'weight', transposed));
    value = g.add(
      product,
      all(layer, 'bias', (bias) => reshaped(bias, 1, ...bias.dims)),
    );
    if (layer < HYPERNETWORK_LAYERS - 1) value = g.relu(value);
  }
  return g.transpose(value, 1, 0, 2);
}
