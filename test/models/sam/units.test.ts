import { describe, expect, it } from 'vitest';
import { MaskwireError } from '#src/errors.js';
import { readArchitecture } from '#src/models/sam/architecture.js';
import { densePositionalEncoding, relativePositions } from '#src/models/sam/positions.js';
import { normalizedFrame } from '#src/models/sam/preprocess.js';
import type { Weights } from '#src/models/sam/weights.js';

/** Shapes without values. */
function shapes(entries: Readonly<Record<string, readonly number[]>>): Weights {
  return {
    has: (name) => name in entries,
    shape: (name) => {
      const shape = entries[name];
      if (shape === undefined) throw new MaskwireError('BAD_USER_INPUT', `There is no ${name}.`);
      return shape;
    },
    read: () => Promise.reject(new Error('Only shapes are here.')),
  };
}

const decoder = {
  'mask_decoder.transformer.layers.0.cross_attn_token_to_image.q_proj.weight': [128, 256],
  'mask_decoder.transformer.layers.1.cross_attn_token_to_image.q_proj.weight': [128, 256],
  'mask_decoder.mask_tokens.weight': [4, 256],
  'mask_decoder.iou_prediction_head.layers.0.weight': [256, 256],
  'mask_decoder.iou_prediction_head.layers.1.weight': [4, 256],
};

describe('readArchitecture', () => {
  it('reads ViT-B from its shapes', () => {
    const vit = {
      ...decoder,
      'image_encoder.pos_embed': [1, 64, 64, 768],
      'image_encoder.patch_embed.proj.weight': [768, 3, 16, 16],
      'image_encoder.blocks.0.attn.rel_pos_h': [27, 64],
      'image_encoder.blocks.1.attn.rel_pos_h': [27, 64],
      'image_encoder.blocks.2.attn.rel_pos_h': [127, 64],
    };
    expect(readArchitecture(shapes(vit))).toEqual({
      frame: 1024,
      grid: 64,
      encoder: { kind: 'vit', patch: 16, width: 768, heads: 12, windows: [14, 14, null] },
      decoder: { width: 256, attentionWidth: 128, heads: 8, layers: 2, maskTokens: 4, iouLayers: 2 },
    });
  });

  it('knows MobileSAM by the stem of its encoder', () => {
    const tiny = { ...decoder, 'image_encoder.patch_embed.seq.0.c.weight': [32, 3, 3, 3] };
    expect(readArchitecture(shapes(tiny))).toMatchObject({ frame: 1024, grid: 64, encoder: { kind: 'tinyVit' } });
  });

  it.each([
    ['no decoder', {}, 'it is not a SAM or MobileSAM checkpoint'],
    ['no known encoder', decoder, 'only these two families are converted'],
    [
      'no relative positions',
      {
        ...decoder,
        'image_encoder.pos_embed': [1, 64, 64, 768],
        'image_encoder.patch_embed.proj.weight': [768, 3, 16, 16],
      },
      'its attention windows cannot be known',
    ],
    [
      'a tensor of another rank',
      { ...decoder, 'image_encoder.pos_embed': [4097, 768], 'image_encoder.patch_embed.proj.weight': [768, 3, 16, 16] },
      'a tensor of size (4097, 768) where 4 dimensions are expected',
    ],
  ])('refuses a checkpoint with %s', (_, entries, message) => {
    expect(() => readArchitecture(shapes(entries))).toThrow(message);
  });

  it('refuses heads that do not divide the channels', () => {
    const tiny = { ...decoder, 'image_encoder.patch_embed.seq.0.c.weight': [32, 3, 3, 3] };
    expect(() => readArchitecture(shapes(tiny), 7)).toThrow('128 channels, which 7 heads do not divide');
  });
});

describe('normalizedFrame', () => {
  it('normalises each channel and leaves zeros outside the image', () => {
    const frame = normalizedFrame({ data: Uint8Array.of(255, 0, 128), width: 1, height: 1 }, 2);
    const expected = [(255 - 123.675) / 58.395, -116.28 / 57.12, (128 - 103.53) / 57.375];
    expected.forEach((value, channel) => expect(frame[channel * 4]).toBeCloseTo(value, 5));
    expect([...frame].filter((_, index) => index % 4 !== 0)).toEqual(Array.from({ length: 9 }, () => 0));
  });
});

describe('relativePositions', () => {
  it('gives to each pair the row of its distance', () => {
    const table = Float32Array.from([10, 20, 30, 40, 50]);
    expect([...relativePositions(table, 1, 3)]).toEqual([30, 20, 10, 40, 30, 20, 50, 40, 30]);
  });

  it('resamples a table of another length linearly, half-pixel centres', () => {
    // torch.nn.functional.interpolate([0, 3, 9], size=5, mode='linear') is [0, 1.2, 3, 6.6, 9].
    const [first] = [relativePositions(Float32Array.from([0, 3, 9]), 1, 3)];
    const expected = [3, 1.2, 0, 6.6, 3, 1.2, 9, 6.6, 3];
    expected.forEach((value, index) => expect(first[index]).toBeCloseTo(value, 5));
  });
});

describe('densePositionalEncoding', () => {
  it('has sines, then cosines, of the position of each cell', () => {
    const encoding = densePositionalEncoding(Float32Array.from([0.25, 0, 0, 0.5]), 2);
    const angles = [
      [-0.5, -0.5],
      [0.5, -0.5],
      [-0.5, 0.5],
      [0.5, 0.5],
    ].map(([x = 0, y = 0]) => [2 * Math.PI * 0.25 * x, 2 * Math.PI * 0.5 * y]);
    const expected = angles.flatMap((pair) => [...pair.map(Math.sin), ...pair.map(Math.cos)]);
    expect(encoding).toHaveLength(16);
    expected.forEach((value, index) => expect(encoding[index]).toBeCloseTo(value, 6));
  });
});
