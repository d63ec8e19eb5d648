import type { GraphBuilder, Value } from '#src/models/onnx/graphBuilder.js';

/** A grid of positions cut into square windows; the last windows are padded with zeros below and to the right. */
export interface Windowing {
  /** Positions per side of the grid and of a window. */
  readonly grid: number;
  readonly side: number;
  readonly channels: number;
}

const windowsPerSide = (w: Windowing): number => Math.ceil(w.grid / w.side);

/** [1, grid, grid, channels] to [windows, side * side, channels]. */
export function partition(g: GraphBuilder, x: Value, w: Windowing): Value {
  const n = windowsPerSide(w);
  const extra = n * w.side - w.grid;
  const padded = extra === 0 ? x : g.node('Pad', [x, g.ints(0, 0, 0, 0, 0, extra, extra, 0)]);
  const cut = g.transpose(g.reshape(padded, n, w.side, n, w.side, w.channels), 0, 2, 1, 3, 4);
  return g.reshape(cut, n * n, w.side * w.side, w.channels);
}

/** [windows, side * side, channels] back to [1, grid, grid, channels], without the padding. */
export function unpartition(g: GraphBuilder, x: Value, w: Windowing): Value {
  const n = windowsPerSide(w);
  const joined = g.transpose(g.reshape(x, n, n, w.side, w.side, w.channels), 0, 2, 1, 3, 4);
  const padded = g.reshape(joined, 1, n * w.side, n * w.side, w.channels);
  if (n * w.side === w.grid) return padded;
  return g.node('Slice', [padded, g.ints(0, 0), g.ints(w.grid, w.grid), g.ints(1, 2)]);
}
