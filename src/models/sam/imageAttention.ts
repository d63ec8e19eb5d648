import type { Value } from '#src/models/onnx/graphBuilder.js';
import { floats, type TensorData } from '#src/models/onnx/tensor.js';
import type { SamArchitecture } from './architecture.js';
import { attentionScale } from './imageState.js';
import type { Layers } from './layers.js';
import { reshaped, scaled, transposed, weight } from './weights.js';

/**
 * Attention between a few tokens and thousands of image positions, arranged so that the positions are never projected.
 *
 * With keys K = X·Wk, a score is q·K = (q·Wkᵀ)·X: the key projection moves to the token's side. With values V = X·Wv, the
 * result is a·V = (a·X)·Wv. All heads run in one product: a token becomes one row per head ("spread"), which holds the
 * token's channels of that head and zeros elsewhere. The same function as SAM's attention, to float32 rounding.
 */
export class ImageAttention {
  private readonly g;

  constructor(
    private readonly layers: Layers,
    private readonly sam: SamArchitecture,
    /** Name of the attention in the checkpoint. */
    private readonly name: string,
  ) {
    this.g = layers.g;
  }

  /**
   * Tokens attend to image positions whose keys and values are projected already.
   * @param query [prompts, tokens, width]
   * @returns [prompts, tokens, width]
   */
  fromProjected(query: Value, keys: Value, values: Value): Value {
    const { g } = this;
    const scores = g.softmax(g.matmul(this.spread(this.scaledQuery(query)), keys));
    return this.layers.linear(this.gather(g.matmul(scores, values)), `${this.name}.out_proj`);
  }

  /**
   * Tokens attend to image positions.
   * @param query [prompts, tokens, width]
   * @param placed [prompts, positions, width]: positions with their positional encoding, for the keys.
   * @param source the same without, for the values.
   * @returns [prompts, tokens, width]
   */
  tokensToImage(query: Value, placed: Value, source: Value): Value {
    const { g, layers } = this;
    // The bias of the keys is the same for every position: softmax does not see it.
    const towards = g.matmul(this.spread(this.scaledQuery(query)), this.matrix('k_proj'));
    const scores = g.softmax(g.matmul(towards, g.transpose(placed, 0, 2, 1)));
    const mixed = this.gather(layers.project(g.matmul(scores, source), `${this.name}.v_proj`));
    // The scores of a token add up to 1, so the bias of the values comes through whole.
    return layers.linear(g.add(mixed, layers.constant(`${this.name}.v_proj.bias`)), `${this.name}.out_proj`);
  }

  /**
   * Image positions attend to tokens.
   * @param keyTokens [prompts, tokens, width], with the positional encoding of the tokens.
   * @param valueTokens [prompts, tokens, width]
   * @param bias [prompts, 1, 1, tokens] added to the scores.
   * @returns [prompts, positions, width], without the bias of the output projection.
   */
  imageToTokens(placed: Value, keyTokens: Value, valueTokens: Value, bias: Value): Value {
    const { g } = this;
    const keys = this.spread(this.layers.project(keyTokens, `${this.name}.k_proj`));
    const towards = g.matmul(keys, this.matrix('q_proj', attentionScale(this.sam)));
    const constant = g.matmul(keys, this.column('q_proj', attentionScale(this.sam)));
    const scores = g.matmul(placed, g.transpose(towards, 0, 2, 1));
    const tokenBias = g.add(this.perHead(constant), bias);
    return this.mixTokens(scores, tokenBias, valueTokens);
  }

  /** As `imageToTokens`, for positions whose queries are projected and scaled already. */
  fromProjectedQueries(queries: Value, keyTokens: Value, valueTokens: Value, bias: Value): Value {
    const { g } = this;
    const keys = this.spread(this.layers.project(keyTokens, `${this.name}.k_proj`));
    return this.mixTokens(g.matmul(queries, g.transpose(keys, 0, 2, 1)), bias, valueTokens);
  }

  /** scores [prompts, positions, heads * tokens]; tokenBias [prompts, 1, heads or 1, tokens]. */
  private mixTokens(scores: Value, tokenBias: Value, valueTokens: Value): Value {
    const { g, layers, sam } = this;
    const positions = sam.grid * sam.grid;
    const perHead = g.add(g.reshape(scores, 0, positions, sam.decoder.heads, -1), tokenBias);
    const weights = g.reshape(g.softmax(perHead), 0, positions, -1);
    const values = this.spread(layers.linear(valueTokens, `${this.name}.v_proj`));
    const outputs = g.matmul(values, layers.computed(`${this.name}.out_proj.matrix`, this.output()));
    return g.matmul(weights, outputs);
  }

  private scaledQuery(query: Value): Value {
    const scale = attentionScale(this.sam);
    const { weights } = this.layers;
    return this.layers.linearWith(
      query,
      `${this.name}.q_proj`,
      transposed(scaled(weight(weights, `${this.name}.q_proj.weight`), scale)),
      scaled(weight(weights, `${this.name}.q_proj.bias`), scale),
    );
  }

  /** [prompts, tokens, channels] to [prompts, heads * tokens, channels]. */
  private spread(tokens: Value): Value {
    const { g } = this;
    const { attentionWidth } = this.sam.decoder;
    return g.reshape(g.mul(g.unsqueeze(tokens, 1), this.headMask()), 0, -1, attentionWidth);
  }

  /** [prompts, heads * tokens, channels] to [prompts, tokens, channels]: from each row the channels of its head. */
  private gather(rows: Value): Value {
    const { g } = this;
    const { heads, attentionWidth } = this.sam.decoder;
    const perHead = g.node('Reshape', [rows, g.ints(0, heads, -1, attentionWidth)]);
    return g.reduceSum(g.mul(perHead, this.headMask()), 1);
  }

  /** [1, heads, 1, channels]: 1 where the channel belongs to the head. */
  private headMask(): Value {
    const { heads, attentionWidth } = this.sam.decoder;
    const channelsPerHead = attentionWidth / heads;
    const values = Float32Array.from({ length: heads * attentionWidth }, (_, index) =>
      Math.floor((index % attentionWidth) / channelsPerHead) === Math.floor(index / attentionWidth) ? 1 : 0,
    );
    return this.layers.computed('head_mask', floats(values, [1, heads, 1, attentionWidth]));
  }

  /** [prompts, heads * tokens, 1] to [prompts, 1, heads, tokens]. */
  private perHead(column: Value): Value {
    return this.g.reshape(column, 0, 1, this.sam.decoder.heads, -1);
  }

  /** A projection's weight as torch keeps it, [attention width, width], scaled. */
  private matrix(projection: string, factor = 1): Value {
    const source = weight(this.layers.weights, `${this.name}.${projection}.weight`);
    return this.layers.computed(`${this.name}.${projection}.absorbed`, factor === 1 ? source : scaled(source, factor));
  }

  /** A projection's bias, [attention width, 1], scaled. */
  private column(projection: string, factor: number): Value {
    const { attentionWidth } = this.sam.decoder;
    const source = weight(this.layers.weights, `${this.name}.${projection}.bias`);
    return this.layers.computed(`${this.name}.${projection}.column`, scaled(reshaped(source, attentionWidth, 1), factor));
  }

  private output(): TensorData {
    return transposed(weight(this.layers.weights, `${this.name}.out_proj.weight`));
  }
}
