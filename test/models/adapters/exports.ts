import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dim } from '#src/models/onnx/graph.js';
import { GraphBuilder, type Value } from '#src/models/onnx/graphBuilder.js';
import { floats, integers, type ElementType } from '#src/models/onnx/tensor.js';
import { writeModel } from '#src/models/onnx/writeModel.js';

/** Positions along a side of the embeddings in these small graphs, and what follows from it. */
export const GRID = 4;
export const FRAME = 16 * GRID;
export const MASK_GRID = 4 * GRID;
const CELLS = MASK_GRID * MASK_GRID;

/** An input or output of an exported graph: its true name, type and dimensions but for the small sizes. */
export type PortOf = readonly [name: string, type: ElementType, dims: readonly Dim[]];

export interface DecoderShape {
  readonly inputs: readonly PortOf[];
  /** Points and labels among the inputs, boxes, mask and whether there is one, size: those that it has. */
  readonly roles: { points: string; labels: string; boxes?: string; mask?: string; has?: string; size?: string };
  readonly logits: PortOf;
  readonly scores: PortOf;
  /** An output of zeros at the size that the graph is told. */
  readonly masks?: string;
  /** Of the masks, in their order. */
  readonly values: readonly number[];
  /** See `slowZero`; none without it. */
  readonly slowness?: number;
}

const f = 'float32' as const;
const embedding = (name = 'image_embeddings'): PortOf => [name, f, [1, 3, GRID, GRID]];
const samPrompts: readonly PortOf[] = [
  ['point_coords', f, [1, 'num_points', 2]],
  ['point_labels', f, [1, 'num_points']],
];
const samMask: readonly PortOf[] = [
  ['mask_input', f, [1, 1, MASK_GRID, MASK_GRID]],
  ['has_mask_input', f, [1]],
];
const samRoles = { points: 'point_coords', labels: 'point_labels' };
const maskRoles = { mask: 'mask_input', has: 'has_mask_input' };
const four = [0.5, 0.7, 0.9, 0.8];
const three = [0.7, 0.9, 0.8];
const masksOf = (name: string, ...before: readonly Dim[]): PortOf => [name, f, [...before, MASK_GRID, MASK_GRID]];

/** The decoders as their exporters write them. */
export const decoders = {
  sam: {
    inputs: [embedding(), ...samPrompts, ...samMask, ['orig_im_size', f, [2]]],
    roles: { ...samRoles, ...maskRoles, size: 'orig_im_size' },
    logits: masksOf('low_res_masks', 1, 4),
    scores: ['iou_predictions', f, [1, 4]],
    masks: 'masks',
    values: four,
  },
  'sam-single': {
    inputs: [embedding(), ...samPrompts, ...samMask, ['orig_im_size', f, [2]]],
    roles: { ...samRoles, ...maskRoles, size: 'orig_im_size' },
    logits: masksOf('low_res_masks', 1, 1),
    scores: ['iou_predictions', f, [1, 1]],
    masks: 'masks',
    values: [0.6],
  },
  'sam-hq': {
    inputs: [
      embedding(),
      ['interm_embeddings', f, [4, 1, GRID, GRID, 2]],
      ...samPrompts,
      ...samMask,
      ['orig_im_size', f, [2]],
    ],
    roles: { ...samRoles, ...maskRoles, size: 'orig_im_size' },
    logits: masksOf('low_res_masks', 1, 1),
    scores: ['iou_predictions', f, [1, 1]],
    masks: 'masks',
    values: [0.6],
  },
  'nano-sam': {
    inputs: [embedding(), ...samPrompts, ...samMask],
    roles: { ...samRoles, ...maskRoles },
    logits: masksOf('low_res_masks', 1, 4),
    scores: ['iou_predictions', f, [1, 4]],
    values: four,
  },
  'edge-sam': {
    inputs: [embedding(), ...samPrompts],
    roles: samRoles,
    scores: ['scores', f, [1, 4]],
    logits: masksOf('masks', 1, 4),
    values: four,
  },
  'efficient-vit-sam': {
    inputs: [
      embedding(),
      ['point_coords', f, ['batch_size', 'num_points', 2]],
      ['point_labels', f, ['batch_size', 'num_points']],
    ],
    roles: samRoles,
    logits: masksOf('masks', 1, 4),
    scores: ['iou_predictions', f, [1, 4]],
    values: four,
  },
  'efficient-sam': {
    inputs: [
      embedding(),
      ['batched_point_coords', f, [1, 1, 'num_points', 2]],
      ['batched_point_labels', f, [1, 1, 'num_points']],
      ['orig_im_size', 'int64', [2]],
    ],
    roles: { points: 'batched_point_coords', labels: 'batched_point_labels', size: 'orig_im_size' },
    logits: ['output_masks', f, [1, 1, 3, 'height', 'width']],
    scores: ['iou_predictions', f, [1, 1, 3]],
    values: three,
  },
  sam2: {
    inputs: [
      embedding('image_embed'),
      ['high_res_feats_0', f, [1, 1, 4 * GRID, 4 * GRID]],
      ['high_res_feats_1', f, [1, 1, 2 * GRID, 2 * GRID]],
      ['point_coords', f, ['num_labels', 'num_points', 2]],
      ['point_labels', f, ['num_labels', 'num_points']],
      ['mask_input', f, ['num_labels', 1, MASK_GRID, MASK_GRID]],
      ['has_mask_input', f, ['num_labels']],
    ],
    roles: { ...samRoles, ...maskRoles },
    logits: masksOf('masks', 'num_labels', 3),
    scores: ['iou_predictions', f, ['num_labels', 3]],
    values: three,
  },
  'sam2-original-size': {
    inputs: [
      embedding(),
      ['high_res_features1', f, [1, 1, 4 * GRID, 4 * GRID]],
      ['high_res_features2', f, [1, 1, 2 * GRID, 2 * GRID]],
      ...samPrompts,
      ...samMask,
      ['orig_im_size', 'int64', [2]],
    ],
    roles: { ...samRoles, ...maskRoles, size: 'orig_im_size' },
    logits: masksOf('low_res_masks', 1, 4),
    scores: ['iou_predictions', f, [1, 4]],
    masks: 'masks',
    values: four,
  },
  'hf-sam': {
    inputs: [
      ['image_positional_embeddings', f, ['batch', 1, GRID, GRID]],
      ['image_embeddings', f, ['batch', 3, GRID, GRID]],
      ['input_points', f, ['batch', 'points', 'n', 2]],
      ['input_labels', 'int64', ['batch', 'points', 'n']],
    ],
    roles: { points: 'input_points', labels: 'input_labels' },
    scores: ['iou_scores', f, ['batch', 'points', 3]],
    logits: masksOf('pred_masks', 'batch', 'points', 3),
    values: three,
  },
  'hf-sam2': {
    inputs: [
      ['input_points', f, ['batch', 1, 'n', 2]],
      ['input_labels', 'int64', ['batch', 1, 'n']],
      ['input_boxes', f, ['batch', 'boxes', 4]],
      ['image_embeddings.0', f, ['batch', 1, 4 * GRID, 4 * GRID]],
      ['image_embeddings.1', f, ['batch', 1, 2 * GRID, 2 * GRID]],
      ['image_embeddings.2', f, ['batch', 3, GRID, GRID]],
    ],
    roles: { points: 'input_points', labels: 'input_labels', boxes: 'input_boxes' },
    scores: ['iou_scores', f, ['batch', 1, 3]],
    logits: masksOf('pred_masks', 'batch', 1, 3),
    values: three,
  },
} as const satisfies Record<string, DecoderShape>;

/**
 * A decoder whose first logits tell what it was fed: the number of points, of boxes, of the corners of each; every label,
 * every coordinate, every box; has_mask and the mask's first four cells; the size; the embedding's first cell of each
 * channel. The last cell of each mask tells its number.
 */
export function decoderGraph({ inputs, roles, logits, scores, masks, values, slowness = 0 }: DecoderShape) {
  const g = new GraphBuilder('decoder');
  const fed = new Map<string, Value>();
  for (const [name, type, dims] of inputs) {
    const value = g.input(name, type, dims);
    fed.set(name, type === 'int64' ? g.node('Cast', [value], { to: 1 }) : value);
  }
  const flat = (value: Value) => g.reshape(value, -1);
  const lengthOf = (value: Value) => g.node('Cast', [g.node('Shape', [value])], { to: 1 });
  const take = (name: string | undefined, count?: number): Value[] => {
    const value = name === undefined ? undefined : fed.get(name);
    if (value === undefined) return [];
    return [count === undefined ? flat(value) : g.slice(flat(value), 0, 0, count)];
  };
  const [labels] = take(roles.labels);
  const [boxes] = take(roles.boxes);
  if (labels === undefined) throw new Error('expected labels among the inputs.');
  const others = inputs.map(([name]) => name).filter((name) => !Object.values(roles).includes(name));
  const record = g.concat(
    [
      slowness > 0 ? g.add(lengthOf(labels), slowZero(g, slowness)) : lengthOf(labels),
      boxes ? lengthOf(boxes) : g.constant('no_boxes', floats([0])),
      labels,
      ...take(roles.points),
      ...take(roles.boxes),
      ...(roles.has === undefined ? [] : [...take(roles.has), ...take(roles.mask, 4)]),
      ...take(roles.size),
      // Every other input is used, so that the runtime keeps it: the means of the embeddings.
      ...others.map((name) => g.reshape(g.node('ReduceMean', [fed.get(name) ?? labels], { keepdims: 0 }), 1)),
      g.constant('rest', floats(new Float32Array(CELLS))),
    ],
    0,
  );
  const one = g.slice(record, 0, 0, CELLS - 1);
  const all = values.map((_, k) => g.concat([one, g.constant(`mark_${k}`, floats([k + 1]))], 0));
  const sizes = (dims: readonly Dim[], known: readonly number[]) =>
    dims.map((dim, i) => (typeof dim === 'number' ? dim : (known[i] ?? 1)));
  const stacked = g.concat(all, 0);
  const size = roles.size;
  const shaped =
    logits[2].includes('height') && size !== undefined
      ? // At the size that the graph is told: any but that of the low-resolution masks fails.
        g.node('Reshape', [stacked, g.concat([g.constant('lead', integers([1, 1, values.length])), size as Value], 0)])
      : g.reshape(stacked, ...sizes(logits[2], []));
  g.output(shaped, ...logits);
  const keep = g.node('Mul', [g.reduceSum(labels, 0), g.float(0)]);
  g.output(g.add(g.reshape(g.constant('score_values', floats(values)), ...sizes(scores[2], [])), keep), ...scores);
  if (masks !== undefined && size !== undefined) {
    const told = g.node('Cast', [fed.get(size) ?? labels], { to: 7 });
    const shape = g.concat([g.constant('masks_lead', integers([1, values.length])), told], 0);
    g.output(g.node('ConstantOfShape', [shape]), masks, f, [1, values.length, 'height', 'width']);
  }
  return g.finish();
}

/** What `decoderGraph` wrote down, read back. */
export function recordOf(
  logits: Float32Array,
  has: { mask?: boolean; size?: boolean } = {},
): {
  labels: number[];
  points: number[];
  boxes: number[];
  hasMask?: number;
  mask?: number[];
  size?: number[];
  embeddings: number[];
} {
  let at = 0;
  const next = (count: number) => Array.from(logits.subarray(at, (at += count)));
  const [n = 0, m = 0] = next(2);
  return {
    labels: next(n),
    points: next(2 * n),
    boxes: next(m),
    ...(has.mask === true && { hasMask: next(1)[0] ?? NaN, mask: next(4) }),
    ...(has.size === true && { size: next(2) }),
    embeddings: next(4),
  };
}

/** Which mask of the graph this is, from 0. */
export function maskNumber(logits: Float32Array): number {
  return (logits.at(-1) ?? NaN) - 1;
}

export interface EncoderShape {
  readonly input: PortOf;
  /** The first is the embedding [1, 3, g, g]; of others only the shape counts. */
  readonly outputs: readonly PortOf[];
  /** See `slowZero`; none without it. */
  readonly slowness?: number;
}

/** Rows and columns of a matrix: one product takes a core about ten milliseconds. */
const MATRIX = 1024;

/** A zero [1] that takes so many products of constant matrices, which a runtime computes while it loads the graph. */
function slowZero(g: GraphBuilder, products: number): Value {
  const matrix = g.constant('matrix', floats(new Float32Array(MATRIX * MATRIX), [MATRIX, MATRIX]));
  let product = matrix;
  for (let i = 0; i < products; i++) product = g.matmul(product, matrix);
  return g.slice(g.reshape(product, -1), 0, 0, 1);
}

/** An encoder whose embedding is the mean of the image by channel, over each cell of the frame where its size is fixed. */
export function encoderGraph({ input: [name, type, dims], outputs: [first, ...others], slowness = 0 }: EncoderShape) {
  const g = new GraphBuilder('encoder');
  const image = g.input(name, type, dims);
  const numbers = type === 'uint8' ? g.node('Cast', [image], { to: 1 }) : image;
  const planar = dims.length === 3 ? g.unsqueeze(g.transpose(numbers, 2, 0, 1), 0) : numbers;
  const [height, width] = dims.length === 3 ? dims : dims.slice(2);
  const mean = g.node('GlobalAveragePool', [planar]);
  const value =
    typeof height === 'number' && height === width
      ? g.node('AveragePool', [planar], {
          kernel_shape: [height / GRID, height / GRID],
          strides: [height / GRID, height / GRID],
        })
      : g.add(mean, g.constant('spread', floats(new Float32Array(3 * GRID * GRID), [1, 3, GRID, GRID])));
  if (first) g.output(slowness > 0 ? g.add(value, slowZero(g, slowness)) : value, ...first);
  for (const [i, [other, , otherDims]] of others.entries()) {
    const sizes = otherDims.map((dim) => (typeof dim === 'number' ? dim : 1));
    const count = sizes.reduce((product, size) => product * size, 1);
    // Zero times the image, so that it is computed, plus its number.
    const zero = g.mul(g.reshape(g.node('ReduceMean', [planar], { keepdims: 0 }), 1), g.float(0));
    const filled = g.add(g.constant(`other_${i}`, floats(new Float32Array(count).fill(i + 1), sizes)), zero);
    g.output(filled, other, f, otherDims);
  }
  return g.finish();
}

/** The encoders as their exporters write them; `sam` in the variants that there are. */
export const encoders = {
  normalised: { input: ['x', f, ['batch', 3, FRAME, FRAME]], outputs: [embedding()] },
  preprocess: { input: ['input_image', f, ['image_height', 'image_width', 3]], outputs: [embedding()] },
  bytes: { input: ['input_image', 'uint8', ['height', 'width', 3]], outputs: [embedding()] },
  traced: { input: ['input', 'uint8', [1, 3, 48, FRAME]], outputs: [embedding('output')] },
  tracedSquare: { input: ['input', 'uint8', [1, 3, FRAME, FRAME]], outputs: [embedding('output')] },
  planarBytes: { input: ['input_image', 'uint8', [1, 3, 'height', 'width']], outputs: [embedding()] },
  hq: {
    input: ['input_image', f, ['image_height', 'image_width', 3]],
    outputs: [embedding(), ...['a', 'b', 'c', 'd'].map((name): PortOf => [name, f, [1, GRID, GRID, 2]])],
  },
  half: { input: ['input_image', f, ['batch', 3, FRAME / 2, FRAME / 2]], outputs: [embedding()] },
  'efficient-sam': { input: ['batched_images', f, ['batch', 3, 'height', 'width']], outputs: [embedding()] },
  sam2: {
    input: ['image', f, [1, 3, FRAME, FRAME]],
    outputs: [
      embedding('image_embed'),
      ['high_res_feats_0', f, [1, 1, 4 * GRID, 4 * GRID]],
      ['high_res_feats_1', f, [1, 1, 2 * GRID, 2 * GRID]],
    ],
  },
  'sam2-original-size': {
    input: ['input', f, [1, 3, FRAME, FRAME]],
    outputs: [
      embedding(),
      ['high_res_features1', f, [1, 1, 4 * GRID, 4 * GRID]],
      ['high_res_features2', f, [1, 1, 2 * GRID, 2 * GRID]],
    ],
  },
  'hf-sam': {
    input: ['pixel_values', f, ['batch', 3, FRAME, FRAME]],
    outputs: [embedding(), ['image_positional_embeddings', f, [1, 1, GRID, GRID]]],
  },
  'hf-sam2': {
    input: ['pixel_values', f, ['batch', 3, FRAME, FRAME]],
    outputs: [
      embedding('image_embeddings.2'),
      ['image_embeddings.0', f, [1, 1, 4 * GRID, 4 * GRID]],
      ['image_embeddings.1', f, [1, 1, 2 * GRID, 2 * GRID]],
    ],
  },
  /** 14 pixels per position: SAM 3's tracker. */
  'hf-sam3-tracker': {
    input: ['pixel_values', f, ['batch', 3, 14 * GRID, 14 * GRID]],
    outputs: [
      embedding('image_embeddings.2'),
      ['image_embeddings.0', f, [1, 1, 4 * GRID, 4 * GRID]],
      ['image_embeddings.1', f, [1, 1, 2 * GRID, 2 * GRID]],
    ],
  },
} as const satisfies Record<string, EncoderShape>;

/** Writes `encoder.onnx` and `decoder.onnx`. */
export async function writeExport(
  folder: string,
  encoder: keyof typeof encoders | EncoderShape,
  decoder: keyof typeof decoders | DecoderShape,
  externalDataAbove?: number,
): Promise<{ encoderPath: string; decoderPath: string }> {
  await mkdir(folder, { recursive: true });
  const encoderPath = join(folder, 'encoder.onnx');
  const decoderPath = join(folder, 'decoder.onnx');
  const options = externalDataAbove === undefined ? {} : { externalDataAbove };
  await writeModel(encoderGraph(typeof encoder === 'string' ? encoders[encoder] : encoder), encoderPath, options);
  await writeModel(decoderGraph(typeof decoder === 'string' ? decoders[decoder] : decoder), decoderPath, options);
  return { encoderPath, decoderPath };
}
