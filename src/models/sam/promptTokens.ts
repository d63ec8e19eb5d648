import type { GraphBuilder, Value } from '#src/models/onnx/graphBuilder.js';
import { floats } from '#src/models/onnx/tensor.js';
import type { SamArchitecture } from './architecture.js';
import type { Layers } from './layers.js';
import { derived, stacked, weight } from './weights.js';

/** Labels of points. `PADDING` marks places that only fill up a batch: no token attends to them. */
export const pointLabels = {
  padding: -2,
  notAPoint: -1,
  background: 0,
  foreground: 1,
  boxTopLeft: 2,
  boxBottomRight: 3,
} as const;

/** Added to the attention scores of padding. exp() of it is 0 in float32, whatever the other scores are. */
const MASKED = -1e9;

export interface Tokens {
  /** [prompts * tokens, width]: for each prompt the IoU token, the mask tokens, then one token per point. */
  readonly embedding: Value;
  /** int64 [1]: how many prompts there are. */
  readonly prompts: Value;
  /** [prompts, 1, 1, tokens]: 0, and a large negative number where the token is padding. */
  readonly bias: Value;
}

/** [prompts * tokens, heads * channels] to [prompts, tokens, heads, channels]. */
export function splitHeads(g: GraphBuilder, rows: Value, prompts: Value, heads: number, channels: number): Value {
  return g.node('Reshape', [rows, g.concat([prompts, g.ints(-1, heads, channels)], 0)]);
}

/** Tokens before those of the points. */
export function leadingTokens({ decoder }: SamArchitecture): number {
  return 1 + decoder.maskTokens;
}

/**
 * The prompt encoder for points and boxes, joined to the decoder's own tokens.
 * @param points [prompts, points, 2]: x, y in pixels of the frame; half a pixel is added here, as SAM does.
 * @param labels [prompts, points]: see `pointLabels`.
 */
export function buildTokens(layers: Layers, points: Value, labels: Value, sam: SamArchitecture): Tokens {
  const { g, weights } = layers;
  const { width } = sam.decoder;
  const frequencies = weight(weights, 'prompt_encoder.pe_layer.positional_encoding_gaussian_matrix');
  const centred = g.node('Sub', [g.mul(g.add(points, g.float(0.5)), layers.scalar(2 / sam.frame)), g.float(1)]);
  const turns = derived([frequencies], frequencies.dims, (values) => values.map((value) => 2 * Math.PI * value));
  const angles = g.matmul(centred, layers.computed('frequencies', turns));
  const encoding = g.concat([g.node('Sin', [angles]), g.node('Cos', [angles])], -1);

  const rows = ['not_a_point_embed.weight', ...[0, 1, 2, 3].map((label) => `point_embeddings.${label}.weight`)].map(
    (name) => weight(weights, `prompt_encoder.${name}`),
  );
  const table = layers.computed('label_embeddings', stacked(floats(new Float32Array(width), [1, width]), ...rows));
  const index = g.node('Cast', [g.node('Sub', [labels, g.float(pointLabels.padding)])], { to: 7 });
  const isPoint = g.node('Cast', [g.node('GreaterOrEqual', [labels, g.float(0)])], { to: 1 });
  const promptTokens = g.add(g.mul(encoding, g.unsqueeze(isPoint, 2)), g.node('Gather', [table, index], { axis: 0 }));

  const lead = leadingTokens(sam);
  const own = layers.computed(
    'own_tokens',
    stacked(weight(weights, 'mask_decoder.iou_token.weight'), weight(weights, 'mask_decoder.mask_tokens.weight')),
  );
  const count = g.slice(g.node('Shape', [labels]), 0, 0, 1);
  const repeated = g.node('Expand', [own, g.concat([count, g.ints(lead, width)], 0)]);
  const embedding = g.reshape(g.concat([repeated, promptTokens], 1), -1, width);
  const isPadding = g.node('Cast', [g.node('Equal', [labels, g.float(pointLabels.padding)])], { to: 1 });
  const bias = g.node('Pad', [g.mul(isPadding, g.float(MASKED)), g.ints(0, lead, 0, 0)]);
  return { embedding, prompts: count, bias: g.unsqueeze(bias, 1, 2) };
}
