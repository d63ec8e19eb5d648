import type { GraphBuilder, Value } from '#src/models/onnx/graphBuilder.js';
import { floats, type TensorData } from '#src/models/onnx/tensor.js';
import { linearInt8 } from './int8.js';
import { transposed, weight, type Weights } from './weights.js';

/** Epsilon of torch's LayerNorm and BatchNorm where a model does not say otherwise. */
export const DEFAULT_EPSILON = 1e-5;
/** Epsilon of the norms of SAM's vision transformer and of all its LayerNorm2d. */
export const SAM_EPSILON = 1e-6;

/** Writes the layers of a checkpoint into a graph. */
export class Layers {
  constructor(
    readonly g: GraphBuilder,
    readonly weights: Weights,
    /** Multiplies with weights in 8 bits; see `linearInt8`. */
    readonly int8 = false,
  ) {}

  /** A tensor of the checkpoint as a constant of the graph. */
  constant(name: string): Value {
    return this.g.constant(name, weight(this.weights, name));
  }

  /** A computed constant. The name must tell what it is: the same name is the same constant. */
  computed(name: string, tensor: TensorData): Value {
    return this.g.constant(name, tensor);
  }

  /** x [..., in] through the linear layer `<name>.weight` [out, in] and `<name>.bias`, where there is one. */
  linear(x: Value, name: string): Value {
    const bias = `${name}.bias`;
    return this.linearWith(
      x,
      name,
      transposed(weight(this.weights, `${name}.weight`)),
      this.weights.has(bias) ? weight(this.weights, bias) : null,
    );
  }

  /** As `linear`, without the bias: attention scores do not see the bias of their keys. */
  project(x: Value, name: string): Value {
    return this.linearWith(x, name, transposed(weight(this.weights, `${name}.weight`)), null);
  }

  /** x [..., in] times a matrix [in, out], plus a bias [out]. */
  linearWith(x: Value, name: string, matrix: TensorData, bias: TensorData | null): Value {
    if (this.int8) return linearInt8(this.g, x, name, matrix, bias);
    const product = this.g.matmul(x, this.g.constant(`${name}.matrix`, matrix));
    return bias === null ? product : this.g.add(product, this.g.constant(`${name}.bias`, bias));
  }

  /**
   * As `linear`, for x [rows, in]: one operator with the bias in it.
   * @param withBias false where what follows does not see the bias: attention scores do not see that of their keys.
   */
  rows(x: Value, name: string, withBias = true): Value {
    const matrix = transposed(weight(this.weights, `${name}.weight`));
    return this.rowsWith(x, name, matrix, withBias ? weight(this.weights, `${name}.bias`) : null);
  }

  /** As `linearWith`, for x [rows, in]. */
  rowsWith(x: Value, name: string, matrix: TensorData, bias: TensorData | null): Value {
    if (this.int8 || bias === null) return this.linearWith(x, name, matrix, bias);
    const { g } = this;
    return g.node('Gemm', [x, g.constant(`${name}.matrix`, matrix), g.constant(`${name}.bias`, bias)]);
  }

  /** Over the last axis. */
  layerNorm(x: Value, name: string, epsilon = DEFAULT_EPSILON): Value {
    return this.g.layerNorm(x, this.constant(`${name}.weight`), this.constant(`${name}.bias`), epsilon);
  }

  /** A scalar constant. */
  scalar(value: number): Value {
    return this.g.constant(`scalar_${value}`, floats([value], []));
  }
}
