import type { Value } from '#src/models/onnx/graphBuilder.js';
import { floats, type TensorData } from '#src/models/onnx/tensor.js';
import type { SamArchitecture } from './architecture.js';
import { attentionScale, type ImageState } from './imageState.js';
import type { Layers } from './layers.js';
import type { MaskPrompt } from './maskPrompt.js';
import { splitHeads } from './promptTokens.js';
import { derived, reshaped, scaled, sum, transposed, weight } from './weights.js';

/**
 * Attention between a few tokens and thousands of image positions, arranged so that the positions are never projected.
 *
 * With keys K = X·Wk, a score is q·K = (q·Wkᵀ)·X: the key projection moves to the token's side, head by head. With values
 * V = X·Wv, the result is a·V = (a·X)·Wv. All heads then meet the positions in one product, with one row per head and
 * token. The same function as SAM's attention, to float32 rounding; fewer operations up to about 16 tokens.
 *
 * Tokens come and go as [prompts * tokens, width].
 */
export class ImageAttention {
  private readonly g;
  private readonly heads: number;
  private readonly channels: number;

  constructor(
    private readonly layers: Layers,
    private readonly sam: SamArchitecture,
    /** Name of the attention in the checkpoint. */
    private readonly name: string,
    /** int64 [1]: how many prompts there are. */
    private readonly prompts: Value,
  ) {
    this.g = layers.g;
    this.heads = sam.decoder.heads;
    this.channels = sam.decoder.attentionWidth / this.heads;
  }

  /** Tokens attend to image positions whose keys and values are projected already, head by head. */
  fromProjected(query: Value, { keys, values }: ImageState, mask: MaskPrompt | null): Value {
    const { g } = this;
    const towards = this.perHead(this.scaledQuery(query));
    const scores = g.matmul(towards, keys);
    if (mask === null) return this.output(g.matmul(g.softmax(scores), values), `${this.name}.out_proj`);
    const features = g.unsqueeze(mask.features, 1);
    const change = g.matmul(g.matmul(towards, mask.keys), g.transpose(features, 0, 1, 3, 2));
    const shares = g.softmax(g.add(scores, change));
    const mixed = g.add(g.matmul(shares, values), g.matmul(g.matmul(shares, features), mask.values));
    return this.output(mixed, `${this.name}.out_proj`);
  }

  /**
   * Tokens attend to image positions.
   * @param placed [prompts, positions, width]: positions with their positional encoding, for the keys.
   * @param source the same without, for the values.
   */
  tokensToImage(query: Value, placed: Value, source: Value): Value {
    const { g, layers } = this;
    // The bias of the keys is the same for every position: softmax does not see it.
    const towards = this.joined(g.matmul(this.perHead(this.scaledQuery(query)), this.headed('k_proj')));
    const scores = g.softmax(g.matmul(towards, g.transpose(placed, 0, 2, 1)));
    const mixed = g.reshape(g.matmul(scores, source), 0, this.heads, -1, this.sam.decoder.width);
    const values = g.matmul(mixed, layers.computed(`${this.name}.v_proj.by_head`, this.valuesByHead()));
    // The scores of a token add up to 1, so the bias of the values comes through whole.
    const bias = reshaped(weight(layers.weights, `${this.name}.v_proj.bias`), 1, this.heads, 1, this.channels);
    return this.output(
      g.add(values, layers.computed(`${this.name}.v_proj.headed_bias`, bias)),
      `${this.name}.out_proj`,
    );
  }

  /**
   * Image positions attend to tokens.
   * @param keyTokens with the positional encoding of the tokens.
   * @param bias [prompts, 1, 1, tokens] added to the scores.
   * @returns [prompts, positions, width]
   */
  imageToTokens(placed: Value, keyTokens: Value, valueTokens: Value, bias: Value): Value {
    const { g, layers } = this;
    const scale = attentionScale(this.sam);
    const keys = this.perHead(layers.rows(keyTokens, `${this.name}.k_proj`, false));
    const towards = this.joined(g.matmul(keys, this.headed('q_proj', scale)));
    const queryBias = weight(layers.weights, `${this.name}.q_proj.bias`);
    const column = scaled(reshaped(queryBias, 1, this.heads, this.channels, 1), scale);
    const constant = g.matmul(keys, layers.computed(`${this.name}.q_proj.column`, column));
    const scores = g.matmul(placed, g.transpose(towards, 0, 2, 1));
    const tokenBias = g.add(g.reshape(constant, 0, 1, this.heads, -1), bias);
    return this.mixTokens(scores, tokenBias, valueTokens, this.outputBias());
  }

  /**
   * As `imageToTokens`, for positions whose queries are projected and scaled already. Adds to the output what the
   * embedding lacks of the positions: the embedding of "no mask", or the change by the mask.
   */
  fromProjectedQueries(
    { queries }: ImageState,
    keyTokens: Value,
    valueTokens: Value,
    bias: Value,
    mask: MaskPrompt | null,
  ): Value {
    const { g, layers } = this;
    const { attentionWidth } = this.sam.decoder;
    const keys = g.node('Reshape', [
      layers.rows(keyTokens, `${this.name}.k_proj`, false),
      g.concat([this.prompts, g.ints(1, -1, attentionWidth)], 0),
    ]);
    const spread = g.reshape(g.mul(keys, this.headMask()), 0, -1, attentionWidth);
    const towards = g.transpose(spread, 0, 2, 1);
    const plain = g.matmul(queries, towards);
    const scores = mask === null ? plain : g.add(plain, g.matmul(mask.features, g.matmul(mask.queries, towards)));
    // Repeated per head here, on one row: repeating it for every position would be ten times slower.
    const ones = layers.computed('one_per_head', floats(new Float32Array(this.heads).fill(1), [1, 1, this.heads, 1]));
    const noMask = weight(layers.weights, 'prompt_encoder.no_mask_embed.weight');
    const constant = sum(this.outputBias(), reshaped(noMask, this.sam.decoder.width));
    return this.mixTokens(scores, g.mul(bias, ones), valueTokens, constant, mask);
  }

  /** scores [prompts, positions, heads * tokens]; tokenBias [prompts, 1, heads, tokens]; outputBias [width]. */
  private mixTokens(
    scores: Value,
    tokenBias: Value,
    valueTokens: Value,
    outputBias: TensorData,
    mask: MaskPrompt | null = null,
  ): Value {
    const { g, layers } = this;
    const positions = this.sam.grid * this.sam.grid;
    const perHead = g.add(g.reshape(scores, 0, positions, this.heads, -1), tokenBias);
    const shares = g.reshape(g.softmax(perHead), 0, positions, -1);
    const outWeight = transposed(weight(layers.weights, `${this.name}.out_proj.weight`));
    const outputs = g.matmul(
      this.perHead(layers.rows(valueTokens, `${this.name}.v_proj`)),
      layers.computed(`${this.name}.out_proj.headed`, this.inHeads(outWeight)),
    );
    // The shares of a head add up to 1, so a bias shared out among the heads' tokens reaches every position whole.
    const share = reshaped(scaled(outputBias, 1 / this.heads), 1, 1, 1, this.sam.decoder.width);
    const rows = this.joined(g.add(outputs, layers.computed(`${this.name}.shared_bias`, share)));
    if (mask === null) return g.matmul(shares, rows);
    // The features of the mask go along as further shares, so that the change costs no pass of its own.
    const [features, width] = [g.slice(g.node('Shape', [mask.embedding]), 0, 0, 1), g.ints(this.sam.decoder.width)];
    const repeated = g.node('Expand', [mask.embedding, g.concat([this.prompts, features, width], 0)]);
    return g.matmul(g.concat([shares, mask.features], -1), g.concat([rows, repeated], 1));
  }

  private scaledQuery(query: Value): Value {
    const scale = attentionScale(this.sam);
    const { weights } = this.layers;
    return this.layers.rowsWith(
      query,
      `${this.name}.q_proj`,
      transposed(scaled(weight(weights, `${this.name}.q_proj.weight`), scale)),
      scaled(weight(weights, `${this.name}.q_proj.bias`), scale),
    );
  }

  /** [prompts * tokens, attention width] to [prompts, heads, tokens, channels]. */
  private perHead(rows: Value): Value {
    return this.g.transpose(splitHeads(this.g, rows, this.prompts, this.heads, this.channels), 0, 2, 1, 3);
  }

  /** [prompts, heads, tokens, width] to [prompts, heads * tokens, width]. */
  private joined(x: Value): Value {
    return this.g.reshape(x, 0, -1, this.sam.decoder.width);
  }

  /** [prompts, heads, tokens, channels] through the output projection, to [prompts * tokens, width]. */
  private output(x: Value, name: string): Value {
    const { g } = this;
    return this.layers.rows(g.reshape(g.transpose(x, 0, 2, 1, 3), -1, this.sam.decoder.attentionWidth), name);
  }

  /** A projection's weight as torch keeps it, scaled, as [1, heads, channels, width]. */
  private headed(projection: string, factor = 1): Value {
    const source = weight(this.layers.weights, `${this.name}.${projection}.weight`);
    return this.layers.computed(`${this.name}.${projection}.headed`, this.inHeads(scaled(source, factor)));
  }

  private inHeads(source: TensorData): TensorData {
    return reshaped(source, 1, this.heads, this.channels, this.sam.decoder.width);
  }

  /** The projection of the values as [1, heads, width, channels]. */
  private valuesByHead(): TensorData {
    const { width } = this.sam.decoder;
    const { heads, channels } = this;
    const source = weight(this.layers.weights, `${this.name}.v_proj.weight`);
    return derived([source], [1, heads, width, channels], (values) => {
      const result = new Float32Array(values.length);
      for (let index = 0; index < values.length; index++) {
        const row = Math.floor(index / width);
        const head = Math.floor(row / channels);
        result[(head * width + (index % width)) * channels + (row % channels)] = values[index] ?? 0;
      }
      return result;
    });
  }

  /** [1, heads, 1, attention width]: 1 where the channel belongs to the head. */
  private headMask(): Value {
    const { attentionWidth } = this.sam.decoder;
    const values = Float32Array.from({ length: this.heads * attentionWidth }, (_, index) =>
      Math.floor((index % attentionWidth) / this.channels) === Math.floor(index / attentionWidth) ? 1 : 0,
    );
    return this.layers.computed('head_mask', floats(values, [1, this.heads, 1, attentionWidth]));
  }

  private outputBias(): TensorData {
    return weight(this.layers.weights, `${this.name}.out_proj.bias`);
  }
}
