import { TAPS, type AxisFilter } from './axisFilter.js';
import { assertGridLength } from './grid.js';
import type { RunLengths } from './rle.js';

/**
 * Upsamples mask logits to the size of the image and thresholds them (`> 0`), straight to run lengths. The full-size
 * mask is never held: an output pixel is a weighted mean of its cells, so where all cells of a block have one sign, so
 * have all pixels that read it. Only blocks in which the sign changes are computed, in 64-bit floats.
 * @param logits float32, row by row, `vertical.gridSize` rows of `horizontal.gridSize`; finite.
 * @param vertical from the grid's rows to the rows of the image.
 * @param horizontal from the grid's columns to the columns of the image.
 */
export function upsampleToRuns(logits: Float32Array, vertical: AxisFilter, horizontal: AxisFilter): RunLengths {
  assertGridLength(logits, horizontal.gridSize, vertical.gridSize);
  const height = vertical.first.length;
  const width = horizontal.first.length;
  const blocks = emptyBlocks(vertical);
  const writer: RunWriter = { lengths: new Uint32Array(4096), count: 0, value: 0, length: 0 };
  for (let x = 0, column = -1; x < width; x++) {
    if (horizontal.first[x] !== column) {
      column = horizontal.first[x]!;
      classifyBlocks(blocks, logits, horizontal.gridSize, column);
    }
    // A column adds at most a run for each pixel, and the run at hand comes last.
    reserve(writer, height + 1);
    writeColumn(writer, blocks, logits, vertical, horizontal, x);
  }
  writer.lengths[writer.count++] = writer.length;
  return { height, width, lengths: writer.lengths.slice(0, writer.count) };
}

/** Runs of 0 and 1 in turn; the one at hand has `value` and so far `length`. */
interface RunWriter {
  lengths: Uint32Array;
  count: number;
  value: number;
  length: number;
}

const ALL_ZERO = 0;
const ALL_ONE = 1;
const MIXED = 2;

/**
 * The rows of the image, in order, in blocks that read the same three rows of cells in the columns at hand. Block `i`
 * has the rows up to `ends[i]`; neighbouring blocks of one value are one.
 */
interface Blocks {
  count: number;
  readonly kinds: Uint8Array;
  /** The first row of cells that a mixed block reads. */
  readonly cellRows: Int32Array;
  readonly ends: Int32Array;
  /** Where the rows of the image begin to read another row of cells; the same in all columns. */
  readonly groupCellRows: Int32Array;
  readonly groupEnds: Int32Array;
  /** How many of the three cells at hand are positive in each row of the grid. */
  readonly positive: Uint8Array;
}

function emptyBlocks({ first, gridSize }: AxisFilter): Blocks {
  const groupEnds = Int32Array.from(
    [...first.keys()].filter((y) => first[y] !== first[y + 1]),
    (y) => y + 1,
  );
  return {
    count: 0,
    kinds: new Uint8Array(groupEnds.length),
    cellRows: new Int32Array(groupEnds.length),
    ends: new Int32Array(groupEnds.length),
    groupCellRows: groupEnds.map((end) => first[end - 1]!),
    groupEnds,
    positive: new Uint8Array(gridSize),
  };
}

function classifyBlocks(blocks: Blocks, logits: Float32Array, gridWidth: number, column: number): void {
  const { kinds, cellRows, ends, groupCellRows, groupEnds, positive } = blocks;
  for (let row = 0, i = column; row < positive.length; row++, i += gridWidth) {
    positive[row] = (logits[i]! > 0 ? 1 : 0) + (logits[i + 1]! > 0 ? 1 : 0) + (logits[i + 2]! > 0 ? 1 : 0);
  }
  let last = -1;
  for (let group = 0; group < groupEnds.length; group++) {
    const row = groupCellRows[group]!;
    const count = positive[row]! + positive[row + 1]! + positive[row + 2]!;
    const kind = count === 0 ? ALL_ZERO : count === TAPS * TAPS ? ALL_ONE : MIXED;
    if (last < 0 || kind === MIXED || kind !== kinds[last]) last++;
    kinds[last] = kind;
    cellRows[last] = row;
    ends[last] = groupEnds[group]!;
  }
  blocks.count = last + 1;
}

/** Adds the runs of image column `x`. All state is in local variables: this is where the time goes. */
function writeColumn(
  writer: RunWriter,
  blocks: Blocks,
  logits: Float32Array,
  vertical: AxisFilter,
  horizontal: AxisFilter,
  x: number,
): void {
  const { lengths } = writer;
  let { count, value } = writer;
  // Row of the image, above it for what the run at hand had before this column, at which that run began.
  let start = -writer.length;
  const { kinds, cellRows, ends } = blocks;
  const { weights } = vertical;
  const gridWidth = horizontal.gridSize;
  const column = horizontal.first[x]!;
  const w0 = horizontal.weights[TAPS * x]!;
  const w1 = horizontal.weights[TAPS * x + 1]!;
  const w2 = horizontal.weights[TAPS * x + 2]!;
  const mean = (row: number) => {
    const i = row * gridWidth + column;
    return w0 * logits[i]! + w1 * logits[i + 1]! + w2 * logits[i + 2]!;
  };
  let y = 0;
  // The three rows of cells at hand, already combined across their columns; the next block often begins one row on.
  let row = -TAPS;
  let a = 0;
  let b = 0;
  let c = 0;
  for (let block = 0; block < blocks.count; block++) {
    const end = ends[block]!;
    let constant = kinds[block]!;
    if (constant === MIXED) {
      const next = cellRows[block]!;
      a = next === row + 1 ? b : mean(next);
      b = next === row + 1 ? c : mean(next + 1);
      c = mean(next + 2);
      row = next;
      if (a > 0 && b > 0 && c > 0) constant = ALL_ONE;
      else if (!(a > 0) && !(b > 0) && !(c > 0)) constant = ALL_ZERO;
    }
    if (constant === MIXED) {
      for (let w = TAPS * y; y < end; y++, w += TAPS) {
        const bit = weights[w]! * a + weights[w + 1]! * b + weights[w + 2]! * c > 0 ? 1 : 0;
        if (bit !== value) {
          lengths[count++] = y - start;
          start = y;
          value = bit;
        }
      }
    } else {
      if (constant !== value) {
        lengths[count++] = y - start;
        start = y;
        value = constant;
      }
      y = end;
    }
  }
  writer.count = count;
  writer.value = value;
  writer.length = y - start;
}

function reserve(writer: RunWriter, runs: number): void {
  const needed = writer.count + runs;
  if (needed <= writer.lengths.length) return;
  const grown = new Uint32Array(Math.max(needed, 2 * writer.lengths.length));
  grown.set(writer.lengths);
  writer.lengths = grown;
}
