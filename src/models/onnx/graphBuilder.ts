import type { Attribute, Dim, Graph, Node, Port } from './graph.js';
import { floats, integers, type ElementType, type TensorData } from './tensor.js';

declare const valueBrand: unique symbol;
/** The name of a value inside one graph. */
export type Value = string & { readonly [valueBrand]: true };

type Attributes = Readonly<Record<string, Attribute>>;

/**
 * Writes a graph down node by node. Every method that names an operator appends one node of opset 17 and answers its
 * first output; shapes and broadcasting are those of the ONNX operator.
 */
export class GraphBuilder {
  private readonly inputs: Port[] = [];
  private readonly outputs: Port[] = [];
  private readonly nodes: Node[] = [];
  private readonly initializers = new Map<string, TensorData>();
  private readonly shared = new Map<string, Value>();
  private readonly outputNames = new Map<string, string>();
  private prefix = '';

  constructor(private readonly name: string) {}

  /** Names begin with `scope` inside `build`, so that a profile of the graph can be read. */
  scoped<T>(scope: string, build: () => T): T {
    const before = this.prefix;
    this.prefix = `${before}${scope}.`;
    try {
      return build();
    } finally {
      this.prefix = before;
    }
  }

  input(name: string, type: ElementType, dims: readonly Dim[]): Value {
    this.inputs.push({ name, type, dims });
    return name as Value;
  }

  /** Makes a node's value an output of the graph; the value carries the output's name from here on. */
  output(value: Value, name: string, type: ElementType, dims: readonly Dim[]): void {
    this.outputs.push({ name, type, dims });
    this.outputNames.set(value, name);
  }

  /** A constant. The same name may be given twice only for the same constant; it is then written once. */
  constant(name: string, tensor: TensorData): Value {
    if (!this.initializers.has(name)) this.initializers.set(name, tensor);
    return name as Value;
  }

  /** A float32 constant, a scalar or a vector, written once per graph. */
  float(...values: readonly [number, ...number[]]): Value {
    return this.sharedConstant(`float:${values.join(',')}`, floats(values, values.length === 1 ? [] : [values.length]));
  }

  /** An int64 vector, written once per graph. */
  ints(...values: readonly number[]): Value {
    return this.sharedConstant(`int:${values.join(',')}`, integers(values));
  }

  node(op: string, inputs: readonly (Value | '')[], attributes: Attributes = {}, domain = ''): Value {
    const name = `${this.prefix}${op}_${this.nodes.length}` as Value;
    this.nodes.push({ op, domain, name, inputs, outputs: [name], attributes });
    return name;
  }

  matmul(a: Value, b: Value): Value {
    return this.node('MatMul', [a, b]);
  }

  add(a: Value, b: Value): Value {
    return this.node('Add', [a, b]);
  }

  mul(a: Value, b: Value): Value {
    return this.node('Mul', [a, b]);
  }

  relu(a: Value): Value {
    return this.node('Relu', [a]);
  }

  softmax(a: Value, axis = -1): Value {
    return this.node('Softmax', [a], { axis });
  }

  /** x·Φ(x), written with Erf as opset 17 must; onnxruntime runs it as one operator. */
  gelu(a: Value): Value {
    const erf = this.node('Erf', [this.node('Div', [a, this.float(Math.SQRT2)])]);
    return this.mul(this.mul(a, this.add(erf, this.float(1))), this.float(0.5));
  }

  /** Over the last axis. */
  layerNorm(a: Value, scale: Value, bias: Value, epsilon: number): Value {
    return this.node('LayerNormalization', [a, scale, bias], { axis: -1, epsilon: { float: epsilon } });
  }

  /** In `shape`, 0 keeps the size at that place and -1 stands for what is left. */
  reshape(a: Value, ...shape: readonly number[]): Value {
    return this.node('Reshape', [a, this.ints(...shape)]);
  }

  transpose(a: Value, ...perm: readonly number[]): Value {
    return this.node('Transpose', [a], { perm });
  }

  concat(values: readonly Value[], axis: number): Value {
    return this.node('Concat', values, { axis });
  }

  slice(a: Value, axis: number, start: number, end: number): Value {
    return this.node('Slice', [a, this.ints(start), this.ints(end), this.ints(axis)]);
  }

  split(a: Value, axis: number, sizes: readonly number[]): Value[] {
    const name = `${this.prefix}Split_${this.nodes.length}`;
    const outputs = sizes.map((_, index) => `${name}:${index}` as Value);
    this.nodes.push({ op: 'Split', domain: '', name, inputs: [a, this.ints(...sizes)], outputs, attributes: { axis } });
    return outputs;
  }

  unsqueeze(a: Value, ...axes: readonly number[]): Value {
    return this.node('Unsqueeze', [a, this.ints(...axes)]);
  }

  reduceSum(a: Value, axis: number): Value {
    return this.node('ReduceSum', [a, this.ints(axis)], { keepdims: 0 });
  }

  finish(): Graph {
    const rename = (name: string): string => this.outputNames.get(name) ?? name;
    return {
      name: this.name,
      inputs: this.inputs,
      outputs: this.outputs,
      nodes: this.nodes.map((node) => ({
        ...node,
        inputs: node.inputs.map(rename),
        outputs: node.outputs.map(rename),
      })),
      initializers: this.initializers,
    };
  }

  private sharedConstant(key: string, tensor: TensorData): Value {
    const known = this.shared.get(key);
    if (known !== undefined) return known;
    const value = this.constant(`constant_${this.shared.size}`, tensor);
    this.shared.set(key, value);
    return value;
  }
}
