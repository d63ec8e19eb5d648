import type { Value } from '#src/models/onnx/graphBuilder.js';
import type { SamArchitecture } from './architecture.js';
import { ImageAttention } from './imageAttention.js';
import { gridEncoding, type ImageState } from './imageState.js';
import type { Layers } from './layers.js';
import type { MaskPrompt } from './maskPrompt.js';
import { leadingTokens, splitHeads, type Tokens } from './promptTokens.js';
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
  mask: MaskPrompt | null,
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
      const toImage = new ImageAttention(layers, sam, `${name}.cross_attn_token_to_image`, tokens.prompts);
      const query = g.add(normed, tokens.embedding);
      const seen =
        before === null ? toImage.fromProjected(query, state, mask) : toImage.tokensToImage(query, before, source);
      const informed = layers.layerNorm(g.add(normed, seen), `${name}.norm2`);
      const hidden = g.relu(layers.rows(informed, `${name}.mlp.lin1`));
      return layers.layerNorm(g.add(informed, layers.rows(hidden, `${name}.mlp.lin2`)), `${name}.norm3`);
    });
    source = g.scoped(`layers.${index}.image`, () => {
      const toTokens = new ImageAttention(layers, sam, `${name}.cross_attn_image_to_token`, tokens.prompts);
      const keys = g.add(queries, tokens.embedding);
      const update =
        before === null
          ? toTokens.fromProjectedQueries(state, keys, queries, tokens.bias, mask)
          : toTokens.imageToTokens(before, keys, queries, tokens.bias);
      // A Sum of two is an Add, but one that onnxruntime leaves alone: its fused add-and-norm takes three times as long.
      return layers.layerNorm(g.node('Sum', [update, source]), `${name}.norm4`);
    });
    placed = g.add(source, gridEncoding(layers, sam));
  }
  if (placed === null) throw new Error('A mask decoder has at least one layer.');

  const image = { placed, source };
  // Only the decoder's own tokens are read after the last attention, so the points take no part in it.
  const lead = leadingTokens(sam);
  const { width, maskTokens, iouLayers } = sam.decoder;
  const final = g.scoped('final', () => {
    const split = (rows: Value): Value => splitHeads(g, rows, tokens.prompts, 1, width);
    const leading = (rows: Value): Value => g.reshape(g.slice(split(rows), 1, 0, lead), -1, width);
    const own = leading(queries);
    const name = `${root}.final_attn_token_to_image`;
    const attention = new ImageAttention(layers, sam, name, tokens.prompts);
    const seen = attention.tokensToImage(g.add(own, leading(tokens.embedding)), image.placed, image.source);
    return g.reshape(layers.layerNorm(g.add(own, seen), `${root}.norm_final_attn`), -1, lead, width);
  });
  const iou = g.scoped('iou', () => {
    const token = g.reshape(g.slice(final, 1, 0, 1), -1, width);
    return buildHead(layers, token, 'mask_decoder.iou_prediction_head', iouLayers);
  });
  const own = g.slice(final, 1, 1, 1 + maskTokens);
  return { logits: g.scoped('masks', () => buildMasks(layers, own, image.source, sam)), iou };
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
  const split = (x: Value): Value => splitHeads(g, x, tokens.prompts, heads, width / heads);
  const q = g.transpose(split(layers.rows(placed, `${name}.self_attn.q_proj`)), 0, 2, 1, 3);
  const k = g.transpose(split(layers.rows(placed, `${name}.self_attn.k_proj`, false)), 0, 2, 3, 1);
  const v = g.transpose(split(layers.rows(queries, `${name}.self_attn.v_proj`)), 0, 2, 1, 3);
  const scores = g.softmax(g.add(g.mul(g.matmul(q, k), layers.scalar((width / heads) ** -0.5)), tokens.bias));
  const mixed = g.reshape(g.transpose(g.matmul(scores, v), 0, 2, 1, 3), -1, width);
  const attended = layers.rows(mixed, `${name}.self_attn.out_proj`);
  return withEncoding ? g.add(queries, attended) : attended;
}
