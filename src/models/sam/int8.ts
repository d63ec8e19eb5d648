import type { GraphBuilder, Value } from '#src/models/onnx/graphBuilder.js';
import type { TensorData } from '#src/models/onnx/tensor.js';
import { derived, loadFloats, sizes } from './weights.js';

const LARGEST = 127;

/**
 * x [..., in] times a matrix [in, out] held in 8 bits, symmetric, with one scale per column; x is brought to 8 bits at
 * run time with one scale for the whole tensor (onnxruntime's DynamicQuantizeMatMul). Not exact: about 1 % of the range.
 */
export function linearInt8(
  g: GraphBuilder,
  x: Value,
  name: string,
  matrix: TensorData,
  bias: TensorData | null,
): Value {
  const [rows, columns] = sizes(matrix.dims, 2);
  const quantized: TensorData = {
    type: 'int8',
    dims: matrix.dims,
    load: async () => {
      const values = await loadFloats(matrix);
      const scales = columnScales(values, rows, columns);
      return Int8Array.from(values, (value, index) => Math.round(value / (scales[index % columns] ?? 1)));
    },
  };
  const scale = derived([matrix], [columns], (values) => columnScales(values, rows, columns));
  const zero: TensorData = { type: 'int8', dims: [columns], load: () => Promise.resolve(new Int8Array(columns)) };
  return g.node(
    'DynamicQuantizeMatMul',
    [
      x,
      g.constant(`${name}.int8`, quantized),
      g.constant(`${name}.scale`, scale),
      g.constant(`zero_${columns}`, zero),
      bias === null ? '' : g.constant(`${name}.bias`, bias),
    ],
    {},
    'com.microsoft',
  );
}

function columnScales(values: Float32Array, rows: number, columns: number): Float32Array {
  const scales = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      scales[column] = Math.max(scales[column] ?? 0, Math.abs(values[row * columns + column] ?? 0));
    }
  }
  return scales.map((largest) => (largest === 0 ? 1 : largest / LARGEST));
}
