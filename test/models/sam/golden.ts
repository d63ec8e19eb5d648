import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of the golden files, which are made by the official code and not part of this project. */
export const goldenFolder = process.env['MASKWIRE_GOLDEN'];

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Uint8Array;
}

export interface GoldenCase {
  readonly title: string;
  readonly multimask: boolean;
  readonly pointCoords: readonly (readonly [number, number])[];
  readonly pointLabels: readonly number[];
  readonly box: readonly [number, number, number, number] | null;
  /** The previous logits; 'first' where they are those of the first mask of the first case. */
  readonly maskInput: GoldenTensor | 'first' | null;
  readonly logits: GoldenTensor;
  readonly iou: GoldenTensor;
  readonly masks: GoldenTensor;
}

export interface Golden {
  readonly checkpoint: string;
  readonly decoderHeads: number;
  /** Only every so many rows and columns are stored. */
  readonly stride: number;
  readonly image: GoldenTensor;
  readonly input: GoldenTensor;
  readonly embedding: GoldenTensor;
  readonly encoding: GoldenTensor;
  readonly cases: readonly GoldenCase[];
}

interface StoredTensor {
  dtype: 'float32' | 'uint8';
  shape: number[];
  base64: string;
}

function tensor({ dtype, shape, base64 }: StoredTensor): GoldenTensor {
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  return { shape, values: dtype === 'uint8' ? bytes : new Float32Array(bytes.buffer) };
}

interface StoredCase {
  title: string;
  multimask: boolean;
  point_coords: [number, number][] | null;
  point_labels: number[] | null;
  box: [number, number, number, number] | null;
  mask_input: StoredTensor | string | null;
  low_res_logits: StoredTensor;
  iou_predictions: StoredTensor;
  masks: StoredTensor;
}

interface StoredGolden {
  spatial_stride_of_stored_tensors: number;
  image_rgb: StoredTensor;
  preprocessed_input: StoredTensor;
  image_embedding: StoredTensor;
  dense_positional_encoding: StoredTensor;
  cases: StoredCase[];
}

export async function readGolden(name: 'sam-tiny' | 'mobile-sam-tiny'): Promise<Golden> {
  const folder = goldenFolder ?? '';
  const stored = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as StoredGolden;
  return {
    checkpoint: join(folder, `${name}.pth`),
    decoderHeads: name === 'sam-tiny' ? 4 : 8,
    stride: stored.spatial_stride_of_stored_tensors,
    image: tensor(stored.image_rgb),
    input: tensor(stored.preprocessed_input),
    embedding: tensor(stored.image_embedding),
    encoding: tensor(stored.dense_positional_encoding),
    cases: stored.cases.map((one) => ({
      title: one.title,
      multimask: one.multimask,
      pointCoords: one.point_coords ?? [],
      pointLabels: one.point_labels ?? [],
      box: one.box,
      maskInput: one.mask_input === null ? null : typeof one.mask_input === 'string' ? 'first' : tensor(one.mask_input),
      logits: tensor(one.low_res_logits),
      iou: tensor(one.iou_predictions),
      masks: tensor(one.masks),
    })),
  };
}

/** Every `stride`-th row and column of [..., height, width]. */
export function strided(values: ArrayLike<number>, height: number, width: number, stride: number): number[] {
  const planes = values.length / (height * width);
  const result: number[] = [];
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < height; y += stride) {
      for (let x = 0; x < width; x += stride) result.push(values[(plane * height + y) * width + x] ?? NaN);
    }
  }
  return result;
}

/** [positions, channels] to [channels, positions]. */
export function channelsFirst(values: Float32Array, channels: number): Float32Array {
  const positions = values.length / channels;
  return Float32Array.from(
    values,
    (_, index) => values[(index % positions) * channels + Math.floor(index / positions)] ?? NaN,
  );
}

/** The largest difference, relative to the largest magnitude in `scale`. */
export function relativeError(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  scale: ArrayLike<number> = expected,
): number {
  if (actual.length !== expected.length) return Infinity;
  let difference = 0;
  for (let index = 0; index < expected.length; index++) {
    const distance = Math.abs((actual[index] ?? NaN) - (expected[index] ?? NaN));
    if (!(distance <= difference)) difference = distance;
  }
  return difference / Array.from(scale).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** The value, which a test knows to be there. */
export function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A value is missing.');
  return value;
}

/** The size at which SAM's official code brings an image into the frame. */
export function sizeInFrame(width: number, height: number, frame: number): { width: number; height: number } {
  const scale = frame / Math.max(width, height);
  return { width: Math.floor(width * scale + 0.5), height: Math.floor(height * scale + 0.5) };
}
