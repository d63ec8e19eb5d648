// The decoder as the official export writes it: one image, one prompt, every image position projected in every attention,
// masks brought to the size of the original inside the graph. Built from its contract, with our graph builder.
import { GraphBuilder } from '#src/models/onnx/graphBuilder.js';
import { densePositionalEncoding } from '#src/models/sam/positions.js';
import { derived, weight } from '#src/models/sam/weights.js';
import { Layers } from '#src/models/sam/layers.js';

const HEADS = 8;
const FLOAT = 1;
const INT64 = 7;
const EPSILON = 1e-6;

/** @returns a graph with the inputs and outputs of `segment_anything/utils/onnx.py`, four masks. */
export function officialDecoderGraph(weights, sam) {
  const g = new GraphBuilder('official');
  const layers = new Layers(g, weights);
  const { width } = sam.decoder;
  const { grid, frame } = sam;
  const positions = grid * grid;
  const w = (name) => layers.constant(name);

  const embeddings = g.input('image_embeddings', 'float32', [1, width, grid, grid]);
  const coords = g.input('point_coords', 'float32', [1, 'num_points', 2]);
  const labels = g.input('point_labels', 'float32', [1, 'num_points']);
  const maskInput = g.input('mask_input', 'float32', [1, 1, 4 * grid, 4 * grid]);
  const hasMask = g.input('has_mask_input', 'float32', [1]);
  const size = g.input('orig_im_size', 'float32', [2]);

  // Points.
  const unit = g.node('Sub', [
    g.mul(g.node('Div', [g.add(coords, g.float(0.5)), g.float(frame)]), g.float(2)),
    g.float(1),
  ]);
  const angles = g.mul(
    g.matmul(unit, w('prompt_encoder.pe_layer.positional_encoding_gaussian_matrix')),
    g.float(2 * Math.PI),
  );
  let sparse = g.concat([g.node('Sin', [angles]), g.node('Cos', [angles])], -1);
  const column = g.unsqueeze(labels, -1);
  const is = (label) => g.node('Cast', [g.node('Equal', [column, g.float(label)])], { to: FLOAT });
  sparse = g.mul(sparse, g.node('Sub', [g.float(1), is(-1)]));
  sparse = g.add(sparse, g.mul(w('prompt_encoder.not_a_point_embed.weight'), is(-1)));
  for (let label = 0; label < 4; label++) {
    sparse = g.add(sparse, g.mul(w(`prompt_encoder.point_embeddings.${label}.weight`), is(label)));
  }

  // The mask prompt is computed always and blended.
  const down = 'prompt_encoder.mask_downscaling';
  const convolution = (x, name, kernel) =>
    g.node('Conv', [x, w(`${name}.weight`), w(`${name}.bias`)], {
      kernel_shape: [kernel, kernel],
      strides: [kernel, kernel],
    });
  const layerNorm2d = (x, name) => {
    const shape = (part) => g.reshape(w(`${name}.${part}`), 1, -1, 1, 1);
    const mean = (value) => g.node('ReduceMean', [value], { axes: [1], keepdims: 1 });
    const centred = g.node('Sub', [x, mean(x)]);
    const variance = mean(g.node('Pow', [centred, g.float(2)]));
    const deviation = g.node('Sqrt', [g.add(variance, g.float(EPSILON))]);
    return g.add(g.mul(shape('weight'), g.node('Div', [centred, deviation])), shape('bias'));
  };
  let dense = g.gelu(layerNorm2d(convolution(maskInput, `${down}.0`, 2), `${down}.1`));
  dense = g.gelu(layerNorm2d(convolution(dense, `${down}.3`, 2), `${down}.4`));
  dense = g.mul(hasMask, convolution(dense, `${down}.6`, 1));
  const noMask = g.reshape(w('prompt_encoder.no_mask_embed.weight'), 1, -1, 1, 1);
  dense = g.add(dense, g.mul(g.node('Sub', [g.float(1), hasMask]), noMask));

  // The transformer.
  const frequencies = weight(weights, 'prompt_encoder.pe_layer.positional_encoding_gaussian_matrix');
  const encoding = g.constant(
    'encoding',
    derived([frequencies], [1, positions, width], (values) => densePositionalEncoding(values, grid)),
  );
  const own = g.unsqueeze(g.concat([w('mask_decoder.iou_token.weight'), w('mask_decoder.mask_tokens.weight')], 0), 0);
  const tokens = g.concat([own, sparse], 1);
  let image = g.transpose(g.reshape(g.add(embeddings, dense), 1, width, positions), 0, 2, 1);
  let queries = tokens;
  const attention = (q, k, v, name) => {
    const heads = (x, projection) =>
      g.transpose(g.reshape(layers.linear(x, `${name}.${projection}`), 1, -1, HEADS, inner(name) / HEADS), 0, 2, 1, 3);
    const scores = g.matmul(heads(q, 'q_proj'), g.transpose(heads(k, 'k_proj'), 0, 1, 3, 2));
    const shares = g.softmax(g.node('Div', [scores, g.float(Math.sqrt(inner(name) / HEADS))]));
    const joined = g.reshape(g.transpose(g.matmul(shares, heads(v, 'v_proj')), 0, 2, 1, 3), 1, -1, inner(name));
    return layers.linear(joined, `${name}.out_proj`);
  };
  const inner = (name) => weights.shape(`${name}.q_proj.weight`)[0];
  const root = 'mask_decoder.transformer';
  for (let index = 0; index < 2; index++) {
    const name = `${root}.layers.${index}`;
    if (index === 0) {
      queries = attention(queries, queries, queries, `${name}.self_attn`);
    } else {
      const placed = g.add(queries, tokens);
      queries = g.add(queries, attention(placed, placed, queries, `${name}.self_attn`));
    }
    queries = layers.layerNorm(queries, `${name}.norm1`);
    let q = g.add(queries, tokens);
    let k = g.add(image, encoding);
    queries = layers.layerNorm(
      g.add(queries, attention(q, k, image, `${name}.cross_attn_token_to_image`)),
      `${name}.norm2`,
    );
    const hidden = g.relu(layers.linear(queries, `${name}.mlp.lin1`));
    queries = layers.layerNorm(g.add(queries, layers.linear(hidden, `${name}.mlp.lin2`)), `${name}.norm3`);
    q = g.add(queries, tokens);
    k = g.add(image, encoding);
    image = layers.layerNorm(
      g.add(image, attention(k, q, queries, `${name}.cross_attn_image_to_token`)),
      `${name}.norm4`,
    );
  }
  const final = attention(g.add(queries, tokens), g.add(image, encoding), image, `${root}.final_attn_token_to_image`);
  queries = layers.layerNorm(g.add(queries, final), `${root}.norm_final_attn`);

  // The heads.
  const upscale = (x, name) =>
    g.node('ConvTranspose', [x, w(`${name}.weight`), w(`${name}.bias`)], { kernel_shape: [2, 2], strides: [2, 2] });
  const up = 'mask_decoder.output_upscaling';
  const source = g.reshape(g.transpose(image, 0, 2, 1), 1, width, grid, grid);
  const first = g.gelu(layerNorm2d(upscale(source, `${up}.0`), `${up}.1`));
  const pixels = g.reshape(g.gelu(upscale(first, `${up}.3`)), 1, width / 8, 16 * positions);
  const perceptron = (x, name) => {
    const hidden = g.relu(layers.linear(g.relu(layers.linear(x, `${name}.layers.0`)), `${name}.layers.1`));
    return layers.linear(hidden, `${name}.layers.2`);
  };
  const token = (index) => g.reshape(g.slice(queries, 1, index, index + 1), 1, width);
  const vectors = [0, 1, 2, 3].map((index) =>
    g.unsqueeze(perceptron(token(1 + index), `mask_decoder.output_hypernetworks_mlps.${index}`), 1),
  );
  const low = g.reshape(g.matmul(g.concat(vectors, 1), pixels), 1, 4, 4 * grid, 4 * grid);
  const iou = perceptron(token(0), 'mask_decoder.iou_prediction_head');

  // To the frame, without the padding, to the original size.
  const resize = (x, sizes) =>
    g.node('Resize', [x, '', '', sizes], {
      mode: 'linear',
      coordinate_transformation_mode: 'pytorch_half_pixel',
      cubic_coeff_a: { float: -0.75 },
      nearest_mode: 'floor',
    });
  const inFrame = resize(low, g.ints(1, 4, frame, frame));
  const scale = g.node('Div', [g.float(frame), g.node('ReduceMax', [size], { keepdims: 0 })]);
  const content = g.node('Cast', [g.node('Floor', [g.add(g.mul(size, scale), g.float(0.5))])], { to: INT64 });
  const cut = g.node('Slice', [inFrame, g.ints(0, 0), content, g.ints(2, 3)]);
  const masks = resize(cut, g.concat([g.ints(1, 4), g.node('Cast', [size], { to: INT64 })], 0));
  g.output(masks, 'masks', 'float32', [1, 4, 'height', 'width']);
  g.output(iou, 'iou_predictions', 'float32', [1, 4]);
  g.output(low, 'low_res_masks', 'float32', [1, 4, 4 * grid, 4 * grid]);
  return g.finish();
}
