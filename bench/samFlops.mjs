// How much there is to compute, in GFLOP: products of matrices and convolutions, two per multiply-add. Everything else
// (norms, softmax, activations, moves) counts as nothing, so that time by this over the peak of a product is a floor.

const product = (rows, inner, columns) => (2 * rows * inner * columns) / 1e9;

/** Of the image encoder as published, from the sizes of its weights, and of the state for the decoder that we add. */
export function encoderGigaflops(weights, sam) {
  const { width, attentionWidth } = sam.decoder;
  const positions = sam.grid ** 2;
  const shape = (name) => weights.shape(`image_encoder.${name}`);
  const inputs = shape('neck.0.weight')[1];
  const neck = product(positions, inputs, width) + product(positions, 9 * width, width);
  const state = 3 * product(positions, width, attentionWidth);
  return (sam.encoder.kind === 'vit' ? vit(sam) : tinyVit(weights, sam)) + neck + state;
}

function vit({ encoder: { width, heads, patch, windows }, grid }) {
  const positions = grid ** 2;
  const blocks = windows.map((window) => {
    const { tokens, pairs } = windowed(grid, window ?? grid);
    const relative = 2 * product(tokens * heads, width / heads, window ?? grid);
    return (
      product(tokens, width, 4 * width) +
      2 * product(pairs, width, 1) +
      relative +
      2 * product(positions, width, 4 * width)
    );
  });
  return product(positions, 3 * patch ** 2, width) + blocks.reduce((sum, block) => sum + block, 0);
}

/** Tokens of a grid that is filled up to whole windows, and pairs of them that meet in attention. */
function windowed(grid, side) {
  const windows = Math.ceil(grid / side) ** 2;
  return { tokens: windows * side ** 2, pairs: windows * side ** 4 };
}

function tinyVit(weights, { frame }) {
  const convolution = (name, side) => {
    const [out, inputs, kernel] = weights.shape(`image_encoder.${name}.c.weight`);
    return product(side ** 2, inputs * kernel ** 2, out);
  };
  const has = (name) => weights.has(`image_encoder.${name}`);
  let side = frame / 4;
  let sum = convolution('patch_embed.seq.0', 2 * side) + convolution('patch_embed.seq.2', side);
  for (let stage = 0; has(`layers.${stage}.blocks.0.${stage === 0 ? 'conv1.c' : 'attn.qkv'}.weight`); stage++) {
    const name = `layers.${stage}`;
    for (let index = 0; has(`${name}.blocks.${index}.conv1.c.weight`); index++) {
      for (const part of ['conv1', 'conv2', 'conv3']) sum += convolution(`${name}.blocks.${index}.${part}`, side);
    }
    for (let index = 0; has(`${name}.blocks.${index}.attn.qkv.weight`); index++) {
      const block = `${name}.blocks.${index}`;
      const [width] = weights.shape(`image_encoder.${block}.attn.proj.bias`);
      const [, offsets] = weights.shape(`image_encoder.${block}.attn.attention_biases`);
      const { tokens, pairs } = windowed(side, Math.sqrt(offsets));
      sum +=
        product(tokens, width, 4 * width) + 2 * product(pairs, width, 1) + 2 * product(side ** 2, width, 4 * width);
      sum += convolution(`${block}.local_conv`, side);
    }
    if (!has(`${name}.downsample.conv1.c.weight`)) continue;
    // Merging to the width of the last stage keeps the resolution.
    const after = side > 64 ? side / 2 : side;
    sum += convolution(`${name}.downsample.conv1`, side);
    sum += convolution(`${name}.downsample.conv2`, after) + convolution(`${name}.downsample.conv3`, after);
    side = after;
  }
  return sum;
}

/**
 * Of one prompt in the decoder: as the official export defines it, and as ours is, what depends on the image alone left
 * to the encoder.
 * @param tokens points with their closing one, and the 5 of the decoder
 */
export function decoderGigaflops(sam, tokens) {
  const { width: c, attentionWidth: d, heads } = sam.decoder;
  const positions = sam.grid ** 2;
  const tokenSide = 2 * (4 * product(tokens, c, c) + 2 * product(tokens, c, 2048) + 6 * product(tokens, c, d));
  const upscale = product(positions, c, c) + product(4 * positions, c / 4, c / 2) + product(16 * positions, c / 8, 4);
  const rows = heads * tokens;
  const ours =
    2 * product(positions, d, tokens) +
    product(positions, d, rows) +
    product(positions, rows, c) +
    4 * product(positions, c, rows) +
    2 * product(positions, c, heads * 5);
  const official = 10 * product(positions, c, d) + 10 * product(positions, d, tokens) + product(positions, 16, c);
  return { official: official + upscale + tokenSide, ours: ours + upscale + tokenSide };
}
