import type { TensorData } from '#src/models/onnx/tensor.js';
import type { Value } from '#src/models/onnx/graphBuilder.js';
import { DEFAULT_EPSILON, type Layers } from './layers.js';
import { countOf, derived, sizes, transposed, weight, type Weights } from './weights.js';
import { partition, unpartition, type Windowing } from './windows.js';

/** Widths whose patch merging keeps the resolution: MobileSAM's last stage works on the grid of the stage before. */
const WIDTHS_WITHOUT_STRIDE: readonly number[] = [320, 448, 576];
const STEM_STRIDE = 4;

/**
 * The TinyViT of MobileSAM (Wu et al. 2022; Zhang et al. 2023), up to the neck, with batch norms folded into their
 * convolutions.
 * @param image [1, 3, frame, frame], normalised.
 * @returns [1, grid, grid, width of the last stage].
 */
export function buildTinyVit(layers: Layers, image: Value, frame: number): Value {
  const { g, weights } = layers;
  const root = 'image_encoder';
  let x = g.gelu(convolution(layers, image, `${root}.patch_embed.seq.0`, 2));
  x = convolution(layers, x, `${root}.patch_embed.seq.2`, 2);
  let side = frame / STEM_STRIDE;

  const stages = countOf(
    weights,
    (stage) => `${root}.layers.${stage}.blocks.0.${stage === 0 ? 'conv1.c' : 'attn.qkv'}.weight`,
  );
  for (let stage = 0; stage < stages; stage++) {
    const name = `${root}.layers.${stage}`;
    if (stage === 0) {
      const depth = countOf(weights, (index) => `${name}.blocks.${index}.conv1.c.weight`);
      for (let index = 0; index < depth; index++) {
        x = g.scoped(`layers.0.${index}`, () => convolutionBlock(layers, x, `${name}.blocks.${index}`));
      }
    } else {
      x = g.transpose(x, 0, 2, 3, 1);
      const depth = countOf(weights, (index) => `${name}.blocks.${index}.attn.qkv.weight`);
      for (let index = 0; index < depth; index++) {
        x = g.scoped(`layers.${stage}.${index}`, () => attentionBlock(layers, x, `${name}.blocks.${index}`, side));
      }
      if (stage === stages - 1) return x;
      x = g.transpose(x, 0, 3, 1, 2);
    }
    const [width] = sizes(weights.shape(`${name}.downsample.conv1.c.weight`), 4);
    const stride = WIDTHS_WITHOUT_STRIDE.includes(width) ? 1 : 2;
    x = g.gelu(convolution(layers, x, `${name}.downsample.conv1`));
    x = g.gelu(convolution(layers, x, `${name}.downsample.conv2`, stride));
    x = convolution(layers, x, `${name}.downsample.conv3`);
    side /= stride;
  }
  return x;
}

/** An inverted bottleneck with its shortcut. */
function convolutionBlock(layers: Layers, x: Value, name: string): Value {
  const { g } = layers;
  const expanded = g.gelu(convolution(layers, x, `${name}.conv1`));
  const mixed = g.gelu(convolution(layers, expanded, `${name}.conv2`));
  return g.gelu(g.add(x, convolution(layers, mixed, `${name}.conv3`)));
}

/** x [1, side, side, width]: attention in windows, a depthwise convolution, a perceptron. */
function attentionBlock(layers: Layers, x: Value, name: string, side: number): Value {
  const { g, weights } = layers;
  const [width] = sizes(weights.shape(`${name}.attn.proj.bias`), 1);
  const [heads, offsets] = sizes(weights.shape(`${name}.attn.attention_biases`), 2);
  const windowing: Windowing = { grid: side, side: Math.sqrt(offsets), channels: width };
  const cut = partition(g, x, windowing);
  const attended = g.add(x, unpartition(g, windowAttention(layers, cut, `${name}.attn`, heads, windowing), windowing));
  const local = g.transpose(convolution(layers, g.transpose(attended, 0, 3, 1, 2), `${name}.local_conv`), 0, 2, 3, 1);
  const hidden = g.gelu(layers.linear(layers.layerNorm(local, `${name}.mlp.norm`), `${name}.mlp.fc1`));
  return g.add(local, layers.linear(hidden, `${name}.mlp.fc2`));
}

function windowAttention(layers: Layers, x: Value, name: string, heads: number, windowing: Windowing): Value {
  const { g, weights } = layers;
  const { channels, side } = windowing;
  const headWidth = channels / heads;
  const positions = side * side;
  const reorder = (source: TensorData): TensorData => queriesFirst(source, heads, headWidth);
  const qkv = layers.linearWith(
    layers.layerNorm(x, `${name}.norm`),
    `${name}.qkv`,
    transposed(reorder(weight(weights, `${name}.qkv.weight`))),
    reorder(weight(weights, `${name}.qkv.bias`)),
  );
  const [q, k, v] = g
    .split(qkv, -1, [channels, channels, channels])
    .map((part) => g.reshape(part, 0, positions, heads, headWidth));
  if (q === undefined || k === undefined || v === undefined) throw new Error('A split into three gave fewer parts.');
  const bias = layers.computed(`${name}.bias`, distanceBias(weight(weights, `${name}.attention_biases`), side));
  const scores = g.add(g.matmul(g.transpose(q, 0, 2, 1, 3), g.transpose(k, 0, 2, 3, 1)), bias);
  const mixed = g.matmul(g.softmax(scores), g.transpose(v, 0, 2, 1, 3));
  return layers.linear(g.reshape(g.transpose(mixed, 0, 2, 1, 3), 0, positions, channels), `${name}.proj`);
}

/**
 * TinyViT keeps queries, keys and values head by head; here all queries come first, already scaled, then all keys, then
 * all values. The first size of the source is 3 * heads * headWidth.
 */
function queriesFirst(source: TensorData, heads: number, headWidth: number): TensorData {
  const row = source.dims.slice(1).reduce((product, size) => product * size, 1);
  const chunk = headWidth * row;
  return derived([source], source.dims, (values) => {
    const result = new Float32Array(values.length);
    for (let head = 0; head < heads; head++) {
      for (let part = 0; part < 3; part++) {
        const from = (head * 3 + part) * chunk;
        const moved = values.subarray(from, from + chunk);
        result.set(part === 0 ? moved.map((value) => value * headWidth ** -0.5) : moved, (part * heads + head) * chunk);
      }
    }
    return result;
  });
}

/** From one bias per head and distance (|dy|, |dx|) to one per head and pair of positions, [1, heads, side², side²]. */
function distanceBias(source: TensorData, side: number): TensorData {
  const [heads, offsets] = sizes(source.dims, 2);
  const positions = side * side;
  return derived([source], [1, heads, positions, positions], (values) => {
    const result = new Float32Array(heads * positions * positions);
    for (let index = 0; index < result.length; index++) {
      const key = index % positions;
      const query = Math.floor(index / positions) % positions;
      const head = Math.floor(index / (positions * positions));
      const dy = Math.abs(Math.floor(query / side) - Math.floor(key / side));
      const dx = Math.abs((query % side) - (key % side));
      result[index] = values[head * offsets + dy * side + dx] ?? 0;
    }
    return result;
  });
}

/** A convolution with its batch norm folded in. Its kernel, padding and groups follow from the weights. */
function convolution(layers: Layers, x: Value, name: string, stride = 1): Value {
  const { g, weights } = layers;
  const [outputs, inputs, kernel] = sizes(weights.shape(`${name}.c.weight`), 4);
  const pad = (kernel - 1) / 2;
  const { matrix, bias } = foldedBatchNorm(weights, name);
  return g.node('Conv', [x, layers.computed(`${name}.weight`, matrix), layers.computed(`${name}.bias`, bias)], {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    // Every convolution of TinyViT with a kernel works on each channel by itself, but for the two of the stem.
    group: inputs === 1 ? outputs : 1,
  });
}

function foldedBatchNorm(weights: Weights, name: string): { matrix: TensorData; bias: TensorData } {
  const of = (part: string): TensorData => weight(weights, `${name}.${part}`);
  const factor = (scale: Float32Array, variance: Float32Array): Float32Array =>
    scale.map((value, index) => value / Math.sqrt((variance[index] ?? 0) + DEFAULT_EPSILON));
  const kernel = of('c.weight');
  const matrix = derived([kernel, of('bn.weight'), of('bn.running_var')], kernel.dims, (values, scale, variance) => {
    const factors = factor(scale, variance);
    const perOutput = values.length / factors.length;
    return values.map((value, index) => value * (factors[Math.floor(index / perOutput)] ?? 0));
  });
  const bias = derived(
    [of('bn.bias'), of('bn.weight'), of('bn.running_mean'), of('bn.running_var')],
    of('bn.bias').dims,
    (shift, scale, mean, variance) => {
      const factors = factor(scale, variance);
      return shift.map((value, index) => value - (mean[index] ?? 0) * (factors[index] ?? 0));
    },
  );
  return { matrix, bias };
}
