/** The element types that our graphs use, by their numbers in onnx.proto's TensorProto.DataType. */
export const elementTypes = { float32: 1, uint8: 2, int8: 3, int64: 7 } as const;
export type ElementType = keyof typeof elementTypes;

export type Elements = Float32Array | Uint8Array | Int8Array | BigInt64Array;

/** A constant of a graph. Its values are asked for only when the file is written, so they need not be in memory before. */
export interface TensorData {
  readonly type: ElementType;
  /** Outermost first; empty for a scalar. */
  readonly dims: readonly number[];
  /** Row-major values, as many as the product of `dims`. Called once per write. */
  load(): Promise<Elements>;
}

const bytesPerElement: Readonly<Record<ElementType, number>> = { float32: 4, uint8: 1, int8: 1, int64: 8 };

export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/** Bytes of the tensor's values. */
export function byteCount(tensor: TensorData): number {
  return elementCount(tensor.dims) * bytesPerElement[tensor.type];
}

/** A float32 tensor of values that are at hand. */
export function floats(values: ArrayLike<number>, dims: readonly number[] = [values.length]): TensorData {
  return { type: 'float32', dims, load: () => Promise.resolve(Float32Array.from(values)) };
}

/** An int64 tensor of values that are at hand; a vector where `dims` is not given. */
export function integers(values: readonly number[], dims: readonly number[] = [values.length]): TensorData {
  return { type: 'int64', dims, load: () => Promise.resolve(BigInt64Array.from(values, BigInt)) };
}
