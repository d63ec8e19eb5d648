// Made-up weights with the names and shapes of the published checkpoints. Latency does not depend on the values.

const DECODER_WIDTH = 256;
const ATTENTION_WIDTH = 128;

function linear(shapes, name, out, inputs, bias = true) {
  shapes[`${name}.weight`] = [out, inputs];
  if (bias) shapes[`${name}.bias`] = [out];
}

function norm(shapes, name, width) {
  shapes[`${name}.weight`] = [width];
  shapes[`${name}.bias`] = [width];
}

function attention(shapes, name, width, inner) {
  for (const part of ['q_proj', 'k_proj', 'v_proj']) linear(shapes, `${name}.${part}`, inner, width);
  linear(shapes, `${name}.out_proj`, width, inner);
}

function decoderShapes(shapes) {
  const width = DECODER_WIDTH;
  const prompt = 'prompt_encoder';
  shapes[`${prompt}.pe_layer.positional_encoding_gaussian_matrix`] = [2, width / 2];
  for (let label = 0; label < 4; label++) shapes[`${prompt}.point_embeddings.${label}.weight`] = [1, width];
  shapes[`${prompt}.not_a_point_embed.weight`] = [1, width];
  shapes[`${prompt}.no_mask_embed.weight`] = [1, width];
  const down = `${prompt}.mask_downscaling`;
  Object.assign(shapes, {
    [`${down}.0.weight`]: [4, 1, 2, 2],
    [`${down}.0.bias`]: [4],
    [`${down}.3.weight`]: [16, 4, 2, 2],
    [`${down}.3.bias`]: [16],
    [`${down}.6.weight`]: [width, 16, 1, 1],
    [`${down}.6.bias`]: [width],
  });
  norm(shapes, `${down}.1`, 4);
  norm(shapes, `${down}.4`, 16);

  const transformer = 'mask_decoder.transformer';
  for (let layer = 0; layer < 2; layer++) {
    const name = `${transformer}.layers.${layer}`;
    attention(shapes, `${name}.self_attn`, width, width);
    attention(shapes, `${name}.cross_attn_token_to_image`, width, ATTENTION_WIDTH);
    attention(shapes, `${name}.cross_attn_image_to_token`, width, ATTENTION_WIDTH);
    linear(shapes, `${name}.mlp.lin1`, 2048, width);
    linear(shapes, `${name}.mlp.lin2`, width, 2048);
    for (let index = 1; index <= 4; index++) norm(shapes, `${name}.norm${index}`, width);
  }
  attention(shapes, `${transformer}.final_attn_token_to_image`, width, ATTENTION_WIDTH);
  norm(shapes, `${transformer}.norm_final_attn`, width);
  shapes['mask_decoder.iou_token.weight'] = [1, width];
  shapes['mask_decoder.mask_tokens.weight'] = [4, width];
  const up = 'mask_decoder.output_upscaling';
  Object.assign(shapes, {
    [`${up}.0.weight`]: [width, width / 4, 2, 2],
    [`${up}.0.bias`]: [width / 4],
    [`${up}.3.weight`]: [width / 4, width / 8, 2, 2],
    [`${up}.3.bias`]: [width / 8],
  });
  norm(shapes, `${up}.1`, width / 4);
  for (let token = 0; token < 4; token++) {
    const name = `mask_decoder.output_hypernetworks_mlps.${token}.layers`;
    [width, width, width / 8].forEach((out, layer) => linear(shapes, `${name}.${layer}`, out, width));
  }
  [width, width, 4].forEach((out, layer) =>
    linear(shapes, `mask_decoder.iou_prediction_head.layers.${layer}`, out, width),
  );
}

function neckShapes(shapes, inputs) {
  const neck = 'image_encoder.neck';
  shapes[`${neck}.0.weight`] = [DECODER_WIDTH, inputs, 1, 1];
  shapes[`${neck}.2.weight`] = [DECODER_WIDTH, DECODER_WIDTH, 3, 3];
  norm(shapes, `${neck}.1`, DECODER_WIDTH);
  norm(shapes, `${neck}.3`, DECODER_WIDTH);
}

function vitShapes(shapes, { width, depth, heads, global }) {
  const root = 'image_encoder';
  shapes[`${root}.pos_embed`] = [1, 64, 64, width];
  shapes[`${root}.patch_embed.proj.weight`] = [width, 3, 16, 16];
  shapes[`${root}.patch_embed.proj.bias`] = [width];
  for (let index = 0; index < depth; index++) {
    const name = `${root}.blocks.${index}`;
    norm(shapes, `${name}.norm1`, width);
    norm(shapes, `${name}.norm2`, width);
    linear(shapes, `${name}.attn.qkv`, 3 * width, width);
    linear(shapes, `${name}.attn.proj`, width, width);
    linear(shapes, `${name}.mlp.lin1`, 4 * width, width);
    linear(shapes, `${name}.mlp.lin2`, width, 4 * width);
    const length = global.includes(index) ? 127 : 27;
    shapes[`${name}.attn.rel_pos_h`] = [length, width / heads];
    shapes[`${name}.attn.rel_pos_w`] = [length, width / heads];
  }
  neckShapes(shapes, width);
}

function tinyVitShapes(shapes) {
  const root = 'image_encoder';
  const convolution = (name, out, inputs, kernel) => {
    shapes[`${root}.${name}.c.weight`] = [out, inputs, kernel, kernel];
    for (const part of ['weight', 'bias', 'running_mean', 'running_var']) shapes[`${root}.${name}.bn.${part}`] = [out];
  };
  const widths = [64, 128, 160, 320];
  const depths = [2, 2, 6, 2];
  const heads = [2, 4, 5, 10];
  const windows = [7, 7, 14, 7];
  convolution('patch_embed.seq.0', 32, 3, 3);
  convolution('patch_embed.seq.2', 64, 32, 3);
  widths.forEach((width, stage) => {
    for (let index = 0; index < depths[stage]; index++) {
      const name = `layers.${stage}.blocks.${index}`;
      if (stage === 0) {
        convolution(`${name}.conv1`, 4 * width, width, 1);
        convolution(`${name}.conv2`, 4 * width, 1, 3);
        convolution(`${name}.conv3`, width, 4 * width, 1);
        continue;
      }
      shapes[`${root}.${name}.attn.attention_biases`] = [heads[stage], windows[stage] ** 2];
      norm(shapes, `${root}.${name}.attn.norm`, width);
      linear(shapes, `${root}.${name}.attn.qkv`, 3 * width, width);
      linear(shapes, `${root}.${name}.attn.proj`, width, width);
      norm(shapes, `${root}.${name}.mlp.norm`, width);
      linear(shapes, `${root}.${name}.mlp.fc1`, 4 * width, width);
      linear(shapes, `${root}.${name}.mlp.fc2`, width, 4 * width);
      convolution(`${name}.local_conv`, width, 1, 3);
    }
    const next = widths[stage + 1];
    if (next === undefined) return;
    convolution(`layers.${stage}.downsample.conv1`, next, width, 1);
    convolution(`layers.${stage}.downsample.conv2`, next, 1, 3);
    convolution(`layers.${stage}.downsample.conv3`, next, next, 1);
  });
  neckShapes(shapes, widths.at(-1));
}

const encoders = {
  'mobile-sam': tinyVitShapes,
  'sam-vit-b': (shapes) => vitShapes(shapes, { width: 768, depth: 12, heads: 12, global: [2, 5, 8, 11] }),
  'sam-vit-l': (shapes) => vitShapes(shapes, { width: 1024, depth: 24, heads: 16, global: [5, 11, 17, 23] }),
  'sam-vit-h': (shapes) => vitShapes(shapes, { width: 1280, depth: 32, heads: 16, global: [7, 15, 23, 31] }),
};

/**
 * A source of weights for one of the published models; the same numbers at every run.
 * @param even makes the decoder's masks even over the 4 x 4 cells of each position. Then plain shapes in a picture give
 *   masks with outlines; else every mask is a pattern of single cells, such as no real one is.
 */
export function madeUpWeights(model, { even = false } = {}) {
  const shapes = {};
  decoderShapes(shapes);
  encoders[model](shapes);
  return {
    names: Object.keys(shapes),
    has: (name) => name in shapes,
    shape: (name) => {
      if (!(name in shapes)) throw new Error(`There is no ${name}.`);
      return shapes[name];
    },
    /** The first values of the tensor, all where there are no more. */
    read: (name, most = Infinity) => {
      const values = valuesOf(name, shapes[name], most);
      const isUpscaling = /output_upscaling\.[03]\.weight$/.test(name);
      return Promise.resolve(even && isUpscaling ? values.map((_, index) => values[index - (index % 4)]) : values);
    },
  };
}

function valuesOf(name, shape, most) {
  const all = shape.reduce((product, size) => product * size, 1);
  const count = Math.min(all, most);
  if (/(norm\d?|norm_final_attn|bn|neck\.[13]|upscaling\.1|downscaling\.[14])\.weight$|running_var$/.test(name)) {
    return new Float32Array(count).fill(1);
  }
  let seed = 1;
  for (const character of name) seed = (Math.imul(seed, 31) + character.charCodeAt(0)) >>> 0;
  const fan = shape.length < 2 ? 100 : all / shape[0];
  const scale = Math.sqrt(3 / fan);
  return Float32Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed / 2 ** 31 - 1) * scale;
  });
}
