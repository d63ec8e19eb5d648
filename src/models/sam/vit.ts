import type { TensorData } from '#src/models/onnx/tensor.js';
import type { Value } from '#src/models/onnx/graphBuilder.js';
import type { VitArchitecture } from './architecture.js';
import { SAM_EPSILON, type Layers } from './layers.js';
import { relativePositions } from './positions.js';
import { globalAttention, windowAttention } from './relativeAttention.js';
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
 * Attention within each window, x [windows, side * side, width], with SAM's relative positions: a score is
 * q · k * scale + q · rel_pos_h[dy] + q · rel_pos_w[dx].
 */
function attention(layers: Layers, x: Value, name: string, vit: VitArchitecture, { grid, side }: Windowing): Value {
  const { g, weights } = layers;
  const { heads, width } = vit;
  const channels = width / heads;
  const scale = channels ** -0.5;
  const positions = side * side;
  const qkv = layers.linearWith(
    x,
    `${name}.qkv`,
    transposed(scaleRows(weight(weights, `${name}.qkv.weight`), width, scale)),
    scaleRows(weight(weights, `${name}.qkv.bias`), width, scale),
  );
  const [q, k, v] = g
    .split(qkv, -1, [width, width, width])
    .map((part) => g.transpose(g.reshape(part, 0, positions, heads, channels), 0, 2, 1, 3));
  if (q === undefined || k === undefined || v === undefined) throw new Error('A split into three gave fewer parts.');

  const table = (axis: 'h' | 'w'): Value => {
    const source = scaled(weight(weights, `${name}.rel_pos_${axis}`), 1 / scale);
    return layers.computed(
      `${name}.rel_pos_${axis}`,
      derived([source], [side, channels, side], (values) => relativePositions(values, channels, side)),
    );
  };
  const byRow = g.reshape(q, 0, heads, side, side, channels);
  const rows = g.matmul(byRow, table('h'));
  const columns = g.transpose(g.matmul(g.transpose(byRow, 0, 1, 3, 2, 4), table('w')), 0, 1, 3, 2, 4);
  const parts = {
    query: q,
    key: k,
    value: v,
    rows: g.reshape(rows, 0, heads, positions, side),
    columns: g.reshape(columns, 0, heads, positions, side),
  };
  const mixed = side === grid ? globalAttention(g, parts, { heads, side }) : windowAttention(g, parts, { heads, side });
  return layers.linear(g.reshape(g.transpose(mixed, 0, 2, 1, 3), 0, positions, width), `${name}.proj`);
}

/** The first `rows` rows of a [3 * rows, ...] tensor, the queries, times a factor. */
function scaleRows(source: TensorData, rows: number, factor: number): TensorData {
  const end = source.dims.slice(1).reduce((product, size) => product * size, rows);
  return derived([source], source.dims, (values) =>
    values.map((value, index) => (index < end ? value * factor : value)),
  );
}
