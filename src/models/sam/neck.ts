import type { Value } from '#src/models/onnx/graphBuilder.js';
import { SAM_EPSILON, type Layers } from './layers.js';
import { reshaped, sizes, transposed, weight } from './weights.js';

/**
 * The neck of both image encoders: to the decoder's width, with a norm, a 3x3 convolution and a norm.
 * @param x [1, grid, grid, channels].
 * @returns the image embedding, [1, grid * grid, width], row-major over y, x.
 */
export function buildNeck(layers: Layers, x: Value, grid: number): Value {
  const { g, weights } = layers;
  const [width, channels] = sizes(weights.shape('image_encoder.neck.0.weight'), 4);
  const first = transposed(reshaped(weight(weights, 'image_encoder.neck.0.weight'), width, channels));
  const narrowed = layers.linearWith(x, 'image_encoder.neck.0', first, null);
  const normed = layers.layerNorm(narrowed, 'image_encoder.neck.1', SAM_EPSILON);
  const convolved = g.node('Conv', [g.transpose(normed, 0, 3, 1, 2), layers.constant('image_encoder.neck.2.weight')], {
    kernel_shape: [3, 3],
    pads: [1, 1, 1, 1],
  });
  const positions = g.reshape(g.transpose(convolved, 0, 2, 3, 1), 1, grid * grid, width);
  return layers.layerNorm(positions, 'image_encoder.neck.3', SAM_EPSILON);
}
