import type { ElementType, TensorData } from './tensor.js';

/** A size of a graph input or output: a number, or the name of a size that may differ from call to call. */
export type Dim = number | string;

/** An integer, float, string or list of integers; floats are marked because JavaScript cannot tell 1.0 from 1. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface Node {
  readonly op: string;
  /** Empty for the standard operators; `com.microsoft` for those of onnxruntime. */
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An input or output of a graph. */
export interface Port {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly Dim[];
}

/** A graph that is complete; `nodes` are in an order in which they can run. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, TensorData>;
}
