import type { Value } from '#src/models/onnx/graphBuilder.js';
import type { SamArchitecture } from './architecture.js';
import { ImageAttention } from './imageAttention.js';
import { gridEncoding, type ImageState } from './imageState.js';
import { DEFAULT_EPSILON, type Layers } from './layers.js';
import { leadingTokens, type Tokens } from './promptTokens.js';
import { reshaped, sum, weight } from './weights.js';
import { buildHead, buildMasks } from './maskHeads.js';

const root = 'mask_decoder.transformer';

/**
 * SAM's two-way transformer and its heads.
 * @returns `logits` [prompts, mask tokens, 4 * grid, 4 * grid], threshold 0, and `iou` [prompts, mask tokens].
 */
export function buildMaskDecoder(
  layers: Layers,
  state: ImageState,
  tokens: Tokens,
  sam: SamArchitecture,
): { logits: Value; iou: Value } {
  const { g } = layers;
  let queries = tokens.embedding;
  let source = state.embedding;
  let placed: Value | null = null;
  for (let index = 0; index < sam.decoder.layers; index++) {
    const name = `${root}.layers.${index}`;
    const before = placed;
    queries = g.scoped(`layers.${index}.tokens`, () => {
      const attended = selfAttention(layers, queries, tokens, name, sam, index > 0);
      const normed = layers.layerNorm(attended, `${name}.norm1`);
      const toImage = new ImageAttention(layers, sam, `${name}.cross_attn_token_to_image`);
      const query = g.add(normed, tokens.embedding);
      const seen =
        before === null
          ? toImage.fromProjected(query, state.keys, state.values)
          : toImage.tokensToImage(query, before, source);
      const informed = layers.layerNorm(g.add(normed, seen), `${name}.norm2`);
      const hidden = g.relu(layers.linear(informed, `${name}.mlp.lin1`));
      return layers.layerNorm(g.add(informed, layers.linear(hidden, `${name}.mlp.lin2`)), `${name}.norm3`);
    });
    source = g.scoped(`layers.${index}.image`, () => {
      const toTokens = new ImageAttention(layers, sam, `${name}.cross_attn_image_to_token`);
      const keys = g.add(queries, tokens.embedding);
      const update =
        before === null
          ? toTokens.fromProjectedQueries(state.queries, keys, queries, tokens.bias)
          : toTokens.imageToTokens(before, keys, queries, tokens.bias);
      return addAndNorm(layers, update, source, name, index === 0);
    });
    placed = g.add(source, gridEncoding(layers, sam));
  }
  if (placed === null) throw new Error('A mask decoder has at least one layer.');

  const image = { placed, source };
  // Only the decoder's own tokens are read after the last attention, so the points take no part in it.
  const final = g.scoped('final', () => {
    const own = g.slice(queries, 1, 0, leadingTokens(sam));
    const query = g.add(own, g.slice(tokens.embedding, 1, 0, leadingTokens(sam)));
    const attention = new ImageAttention(layers, sam, `${root}.final_attn_token_to_image`);
    return layers.layerNorm(
      g.add(own, attention.tokensToImage(query, image.placed, image.source)),
      `${root}.norm_final_attn`,
    );
  });
  const iou = g.scoped('iou', () =>
    g.reshape(
      buildHead(layers, g.slice(final, 1, 0, 1), 'mask_decoder.iou_prediction_head', sam.decoder.iouLayers),
      -1,
      sam.decoder.maskTokens,
    ),
  );
  return { logits: g.scoped('masks', () => buildMasks(layers, final, image.source, sam)), iou };
}

/** Tokens attend to each other; padding is attended to by none. In the first layer no encoding is added, nor the input. */
function selfAttention(
  layers: Layers,
  queries: Value,
  tokens: Tokens,
  name: string,
  sam: SamArchitecture,
  withEncoding: boolean,
): Value {
  const { g } = layers;
  const { width, heads } = sam.decoder;
  const placed = withEncoding ? g.add(queries, tokens.embedding) : queries;
  const split = (x: Value): Value => g.reshape(x, 0, -1, heads, width / heads);
  const q = g.transpose(split(layers.linear(placed, `${name}.self_attn.q_proj`)), 0, 2, 1, 3);
  const k = g.transpose(split(layers.project(placed, `${name}.self_attn.k_proj`)), 0, 2, 3, 1);
  const v = g.transpose(split(layers.linear(queries, `${name}.self_attn.v_proj`)), 0, 2, 1, 3);
  const scores = g.softmax(g.add(g.mul(g.matmul(q, k), layers.scalar((width / heads) ** -0.5)), tokens.bias));
  const mixed = g.reshape(g.transpose(g.matmul(scores, v), 0, 2, 1, 3), 0, -1, width);
  const attended = layers.linear(mixed, `${name}.self_attn.out_proj`);
  return withEncoding ? g.add(queries, attended) : attended;
}

/** The update of the image positions, its output bias, the shortcut and the norm, in one pass over the positions. */
function addAndNorm(layers: Layers, update: Value, source: Value, name: string, first: boolean): Value {
  const { g, weights } = layers;
  const bias = weight(weights, `${name}.cross_attn_image_to_token.out_proj.bias`);
  const noMask = reshaped(weight(weights, 'prompt_encoder.no_mask_embed.weight'), ...bias.dims);
  return g.node(
    'SkipLayerNormalization',
    [
      update,
      source,
      layers.constant(`${name}.norm4.weight`),
      layers.constant(`${name}.norm4.bias`),
      // The state of the image leaves out the embedding of "no mask"; it is a constant and rides along with the bias.
      layers.computed(`${name}.image_bias`, first ? sum(bias, noMask) : bias),
    ],
    { epsilon: { float: DEFAULT_EPSILON } },
    'com.microsoft',
  );
}

