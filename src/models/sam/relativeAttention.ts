import type { GraphBuilder, Value } from '#src/models/onnx/graphBuilder.js';
import { floats, type TensorData } from '#src/models/onnx/tensor.js';

/** What attention with relative positions takes; a window has side * side positions. */
export interface RelativeAttentionInputs {
  /** [windows, heads, positions, channels], scaled. */
  readonly query: Value;
  readonly key: Value;
  readonly value: Value;
  /** [windows, heads, positions, side]: what is added to the scores of keys in each row. */
  readonly rows: Value;
  /** [windows, heads, positions, side]: what is added to the scores of keys in each column. */
  readonly columns: Value;
}

interface Sizes {
  readonly heads: number;
  readonly side: number;
}

/**
 * Attention in small windows. Both additions are appended to the query as channels, against key channels that are 1 at the
 * key's row and column and 0 elsewhere: the product of the longer vectors is the whole score, and nothing of the size of
 * the scores has to be added.
 * @returns [windows, heads, positions, channels]
 */
export function windowAttention(g: GraphBuilder, inputs: RelativeAttentionInputs, { heads, side }: Sizes): Value {
  const { query, key, value, rows, columns } = inputs;
  const places = g.constant(`places_${side}`, placeIndicators(side));
  const windows = g.slice(g.node('Shape', [key]), 0, 0, 1);
  const shape = g.concat([windows, g.ints(heads, side * side, 2 * side)], 0);
  const longKey = g.concat([key, g.node('Expand', [places, shape])], -1);
  const scores = g.matmul(g.concat([query, rows, columns], -1), g.transpose(longKey, 0, 1, 3, 2));
  return g.matmul(g.softmax(scores), value);
}

/** Bytes of scores that are worked on at a time: they stay in the processor's cache from the first pass to the last. */
export const SCORE_BYTES = 16 * 1024 * 1024;

/**
 * Attention over a whole image, one window. Head by head and in bands of queries, because all scores together (800 MB for
 * ViT-B) would go to memory and back at each of four passes: 1.7 times as fast as `windowAttention`, in a tenth of the
 * memory.
 * @param scoreBytes bounds the scores of a band, in bytes.
 * @returns [1, heads, positions, channels]
 */
export function globalAttention(
  g: GraphBuilder,
  inputs: RelativeAttentionInputs,
  { heads, side }: Sizes,
  scoreBytes = SCORE_BYTES,
): Value {
  const positions = side * side;
  const bandRows = Math.max(1, Math.min(side, Math.floor(scoreBytes / (4 * positions * side))));
  const bands = Array.from(
    { length: Math.ceil(side / bandRows) },
    (_, band) => side * Math.min(bandRows, side - band * bandRows),
  );
  const perHead = (x: Value): Value[] =>
    g.split(
      x,
      1,
      Array.from({ length: heads }, () => 1),
    );
  const inBands = (x: Value): Value[] => (bands.length === 1 ? [x] : g.split(x, 2, bands));
  const [keys, values] = [perHead(inputs.key), perHead(inputs.value)];
  const queries = [inputs.query, inputs.rows, inputs.columns].map((x) => perHead(x).map(inBands));
  const headOutputs = keys.map((key, head) => {
    const towards = g.transpose(key, 0, 1, 3, 2);
    const [ofQuery, ofRows, ofColumns] = queries.map((parts) => parts[head] ?? []);
    const outputs = bands.map((size, band) => {
      const [query, rows, columns] = [ofQuery, ofRows, ofColumns].map((parts) => parts?.[band]);
      const value = values[head];
      if (!query || !rows || !columns || !value) throw new Error('A split gave fewer parts than asked for.');
      const scores = g.reshape(g.matmul(query, towards), 1, 1, size, side, side);
      const withRows = g.add(scores, g.unsqueeze(rows, 4));
      const complete = g.reshape(g.add(withRows, g.unsqueeze(columns, 3)), 1, 1, size, positions);
      return g.matmul(g.softmax(complete), value);
    });
    return outputs.length === 1 ? outputs : [g.concat(outputs, 2)];
  });
  return g.concat(headOutputs.flat(), 1);
}

/** [1, 1, side * side, 2 * side]: 1 at the row and at the column of each position. */
function placeIndicators(side: number): TensorData {
  const values = new Float32Array(side * side * 2 * side);
  for (let position = 0; position < side * side; position++) {
    values[position * 2 * side + Math.floor(position / side)] = 1;
    values[position * 2 * side + side + (position % side)] = 1;
  }
  return floats(values, [1, 1, side * side, 2 * side]);
}
