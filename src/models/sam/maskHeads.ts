import type { Value } from '#src/models/onnx/graphBuilder.js';
import type { TensorData } from '#src/models/onnx/tensor.js';
import type { SamArchitecture } from './architecture.js';
import { SAM_EPSILON, type Layers } from './layers.js';
import { derived, sizes, stacked, reshaped, transposed, weight } from './weights.js';

const HYPERNETWORK_LAYERS = 3;

/** A perceptron with ReLU between its layers, `<name>.layers.<n>`. */
export function buildHead(layers: Layers, x: Value, name: string, count: number): Value {
  let value = x;
  for (let index = 0; index < count; index++) {
    value = layers.linear(value, `${name}.layers.${index}`);
    if (index < count - 1) value = layers.g.relu(value);
  }
  return value;
}

/**
 * Upscales the image positions fourfold and multiplies each with the vector of each mask token.
 * A transposed convolution of kernel 2 and stride 2 is a matrix product whose columns are the four pixels of a position.
 * Positions stay rows until the end: only the finished logits, the smallest tensor of all, are put in the order of pixels.
 * @param tokens [prompts, 1 + mask tokens, width]
 * @param source [prompts, positions, width]
 * @returns [prompts, mask tokens, 4 * grid, 4 * grid]
 */
export function buildMasks(layers: Layers, tokens: Value, source: Value, sam: SamArchitecture): Value {
  const { g, weights } = layers;
  const { grid } = sam;
  const { maskTokens } = sam.decoder;
  const root = 'mask_decoder.output_upscaling';
  const middle = sizes(weights.shape(`${root}.0.bias`), 1)[0];
  const last = sizes(weights.shape(`${root}.3.bias`), 1)[0];
  const first = g.reshape(upscaled(layers, source, `${root}.0`), 0, 4 * grid * grid, middle);
  const normed = g.gelu(layers.layerNorm(first, `${root}.1`, SAM_EPSILON));
  const pixels = g.gelu(g.reshape(upscaled(layers, normed, `${root}.3`), 0, 16 * grid * grid, last));

  const vectors = hypernetworks(layers, g.slice(tokens, 1, 1, 1 + maskTokens), maskTokens);
  const logits = g.matmul(pixels, g.transpose(vectors, 0, 2, 1));
  // Rows are (y, x, y of 2, x of 2, y of 2, x of 2).
  const ordered = g.transpose(g.reshape(logits, -1, grid, grid, 2, 2, 2, 2, maskTokens), 0, 7, 1, 3, 5, 2, 4, 6);
  return g.reshape(ordered, -1, maskTokens, 4 * grid, 4 * grid);
}

/** [..., inputs] to [..., 4 * outputs]: the four pixels (y, x) of each row, one after the other. */
function upscaled(layers: Layers, x: Value, name: string): Value {
  const kernel = weight(layers.weights, `${name}.weight`);
  const [inputs, outputs] = sizes(kernel.dims, 4);
  const matrix = derived([kernel], [inputs, 4 * outputs], (values) => {
    const result = new Float32Array(values.length);
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        for (let place = 0; place < 4; place++) {
          result[(input * 4 + place) * outputs + output] = values[(input * outputs + output) * 4 + place] ?? 0;
        }
      }
    }
    return result;
  });
  const bias = weight(layers.weights, `${name}.bias`);
  const fourfold = derived([bias], [4 * outputs], (values) => {
    const result = new Float32Array(4 * outputs);
    for (let place = 0; place < 4; place++) result.set(values, place * outputs);
    return result;
  });
  return layers.linearWith(x, name, matrix, fourfold);
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
    value = g.add(product, all(layer, 'bias', (bias) => reshaped(bias, 1, ...bias.dims)));
    if (layer < HYPERNETWORK_LAYERS - 1) value = g.relu(value);
  }
  return g.transpose(value, 1, 0, 2);
}
