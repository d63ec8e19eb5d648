import { floats, type TensorData } from '#src/models/onnx/tensor.js';
import type { Value } from '#src/models/onnx/graphBuilder.js';
import type { VitArchitecture } from './architecture.js';
import { SAM_EPSILON, type Layers } from './layers.js';
import { relativePositions } from './positions.js';
import { derived, scaled, transposed, weight } from './weights.js';
import { partition, unpartition, type Windowing } from './windows.js';

/**
 * The vision transformer of SAM (Kirillov et al. 2023; ViTDet, Li et al. 2022), up to the neck.
 * @param image [1, 3, frame, frame], normalised.
 * @returns [1, grid, grid, width].
 */
export function buildVit(layers: Layers, image: Value, vit: VitArchitecture, grid: number): Value {
  const { g } = layers;
  const patches = g.node(
    'Conv',
    [
      image,
      layers.constant('image_encoder.patch_embed.proj.weight'),
      layers.constant('image_encoder.patch_embed.proj.bias'),
    ],
    { kernel_shape: [vit.patch, vit.patch], strides: [vit.patch, vit.patch] },
  );
  let x = g.add(g.transpose(patches, 0, 2, 3, 1), layers.constant('image_encoder.pos_embed'));
  vit.windows.forEach((window, index) => {
    x = g.scoped(`blocks.${index}`, () => block(layers, x, vit, index, { grid, side: window ?? grid }));
  });
  return x;
}

function block(
  layers: Layers,
  x: Value,
  vit: VitArchitecture,
  index: number,
  { grid, side }: { grid: number; side: number },
): Value {
  const { g } = layers;
  const name = `image_encoder.blocks.${index}`;
  const windowing: Windowing = { grid, side, channels: vit.width };
  const cut = partition(g, layers.layerNorm(x, `${name}.norm1`, SAM_EPSILON), windowing);
  const attended = unpartition(g, attention(layers, cut, `${name}.attn`, vit, windowing), windowing);
  const middle = g.add(x, attended);
  const hidden = g.gelu(layers.linear(layers.layerNorm(middle, `${name}.norm2`, SAM_EPSILON), `${name}.mlp.lin1`));
  return g.add(middle, layers.linear(hidden, `${name}.mlp.lin2`));
}

/**
 * Attention within each window, x [windows, side * side, width]. The relative positions add `q · h[dy]` and `q · w[dx]` to
 * each score. Both are appended to the query as channels, against key channels that are 1 at the key's row and column
 * and 0 elsewhere: the product of the longer vectors is the whole score, so no bias of the size of the scores is made.
 */
function attention(layers: Layers, x: Value, name: string, vit: VitArchitecture, { side }: Windowing): Value {
  const { g, weights } = layers;
  const headWidth = vit.width / vit.heads;
  const scale = headWidth ** -0.5;
  const positions = side * side;
  const qkvWeight = weight(weights, `${name}.qkv.weight`);
  const qkvBias = weight(weights, `${name}.qkv.bias`);
  const matrix = transposed(scaleRows(qkvWeight, vit.width, scale));
  const qkv = layers.linearWith(x, `${name}.qkv`, matrix, scaleRows(qkvBias, vit.width, scale));
  const [q, k, v] = g
    .split(qkv, -1, [vit.width, vit.width, vit.width])
    .map((part) => g.transpose(g.reshape(part, 0, positions, vit.heads, headWidth), 0, 2, 1, 3));
  if (q === undefined || k === undefined || v === undefined) throw new Error('A split into three gave fewer parts.');

  const table = (axis: 'h' | 'w'): Value => {
    const source = scaled(weight(weights, `${name}.rel_pos_${axis}`), 1 / scale);
    return layers.computed(
      `${name}.rel_pos_${axis}`,
      derived([source], [side, headWidth, side], (values) => relativePositions(values, headWidth, side)),
    );
  };
  const rows = g.matmul(g.reshape(q, 0, vit.heads, side, side, headWidth), table('h'));
  const byColumn = g.transpose(g.reshape(q, 0, vit.heads, side, side, headWidth), 0, 1, 3, 2, 4);
  const columns = g.transpose(g.matmul(byColumn, table('w')), 0, 1, 3, 2, 4);
  const query = g.concat(
    [q, g.reshape(rows, 0, vit.heads, positions, side), g.reshape(columns, 0, vit.heads, positions, side)],
    -1,
  );
  const places = layers.computed(`places_${side}`, placeIndicators(side));
  const shape = g.node('Concat', [g.slice(g.node('Shape', [k]), 0, 0, 2), g.ints(positions, 2 * side)], { axis: 0 });
  const key = g.concat([k, g.node('Expand', [places, shape])], -1);
  const scores = g.softmax(g.matmul(query, g.transpose(key, 0, 1, 3, 2)));
  const joined = g.reshape(g.transpose(g.matmul(scores, v), 0, 2, 1, 3), 0, positions, vit.width);
  return layers.linear(joined, `${name}.proj`);
}

/** The first `rows` rows of a [3 * rows, ...] tensor, the queries, times a factor. */
function scaleRows(source: TensorData, rows: number, factor: number): TensorData {
  const end = source.dims.slice(1).reduce((product, size) => product * size, rows);
  return derived([source], source.dims, (values) => values.map((value, index) => (index < end ? value * factor : value)));
}

/** [1, 1, side * side, 2 * side]: 1 at the row and at the column of each position. */
function placeIndicators(side: number): TensorData {
  const values = new Float32Array(side * side * 2 * side);
  for (let position = 0; position < side * side; position++) {
    values[position * 2 * side + Math.floor(position / side)] = 1;
    values[position * 2 * side + side + (position % side)] = 1;
  }
  return floats(values, [1, 1, side * side, 2 * side]);
}
