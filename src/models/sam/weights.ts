import { MaskwireError } from '#src/errors.js';
import { elementCount, type TensorData } from '#src/models/onnx/tensor.js';

/** Where the weights of a model come from: a checkpoint, or made-up values in a benchmark. */
export interface Weights {
  has(name: string): boolean;
  /** Sizes, outermost first. @throws MaskwireError BAD_USER_INPUT where there is no such tensor. */
  shape(name: string): readonly number[];
  /** float32 values, row-major. */
  read(name: string): Promise<Float32Array>;
}

/** A tensor of the checkpoint as it is. */
export function weight(weights: Weights, name: string): TensorData {
  return { type: 'float32', dims: weights.shape(name), load: () => weights.read(name) };
}

/** A tensor computed from others when it is needed. The others are loaded one after the other. */
export function derived(
  sources: readonly TensorData[],
  dims: readonly number[],
  compute: (...values: Float32Array[]) => Float32Array,
): TensorData {
  const load = async (): Promise<Float32Array> => {
    const values: Float32Array[] = [];
    for (const source of sources) values.push(await loadFloats(source));
    return compute(...values);
  };
  return { type: 'float32', dims, load };
}

export async function loadFloats(source: TensorData): Promise<Float32Array> {
  const values = await source.load();
  if (!(values instanceof Float32Array)) throw new Error('A tensor of floats was expected.');
  return values;
}

/** [rows, columns] to [columns, rows]. Torch keeps the weights of a linear layer as [out, in], MatMul wants [in, out]. */
export function transposed(source: TensorData): TensorData {
  const [rows, columns] = sizes(source.dims, 2);
  return derived([source], [columns, rows], (values) => {
    const result = new Float32Array(values.length);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        result[column * rows + row] = values[row * columns + column] ?? 0;
      }
    }
    return result;
  });
}

/** The tensors one below the other: their first sizes add up, the others agree. */
export function stacked(...sources: readonly TensorData[]): TensorData {
  const rest = sources[0]?.dims.slice(1) ?? [];
  const rows = sources.reduce((sum, source) => sum + (source.dims[0] ?? 1), 0);
  return derived(sources, [rows, ...rest], (...parts) => {
    const result = new Float32Array(elementCount([rows, ...rest]));
    let at = 0;
    for (const part of parts) {
      result.set(part, at);
      at += part.length;
    }
    return result;
  });
}

export function scaled(source: TensorData, factor: number): TensorData {
  return derived([source], source.dims, (values) => values.map((value) => value * factor));
}

export function sum(a: TensorData, b: TensorData): TensorData {
  return derived([a, b], a.dims, (left, right) => left.map((value, index) => value + (right[index] ?? 0)));
}

export function reshaped(source: TensorData, ...dims: readonly number[]): TensorData {
  return { ...source, dims };
}

/**
 * The sizes of a tensor that must have `count` of them.
 * @throws MaskwireError BAD_USER_INPUT where it has another number of dimensions.
 */
export function sizes(dims: readonly number[], count: 1): [number];
export function sizes(dims: readonly number[], count: 2): [number, number];
export function sizes(dims: readonly number[], count: 4): [number, number, number, number];
export function sizes(dims: readonly number[], count: number): number[] {
  if (dims.length !== count) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `The checkpoint has a tensor of size (${dims.join(', ')}) where ${count} dimensions are expected.`,
    );
  }
  return [...dims];
}

/** How many consecutive indices from 0 give a name that is there. */
export function countOf(weights: Weights, nameOf: (index: number) => string): number {
  let count = 0;
  while (weights.has(nameOf(count))) count++;
  return count;
}
