import type { RunLengths } from './rle.js';
import { forEachSpan } from './runs.js';

/** One closed line of an outline: corners `[x0, y0, x1, y1, …]` in pixels, the last joins the first. */
export interface Ring {
  readonly points: Int32Array;
  /** Whether the mask lies around the ring instead of in it. */
  readonly hole: boolean;
}

/**
 * The exact outline of a mask along pixel edges. The mask's pixels are 4-connected: where two touch at a corner only, the
 * outline turns twice. Corners are turns: horizontal and vertical edges alternate. Rings are ordered by their leftmost,
 * then topmost corner, where each of them begins; so an outer ring stands before its holes. Seen with y down, the mask
 * lies to the right of every edge: outer rings run clockwise, holes counter-clockwise.
 */
export function outlineOf(runs: RunLengths): readonly Ring[] {
  const corners = new Corners();
  forEachSpan(runs, (x, top, bottom) => corners.addSpan(x, top, bottom));
  corners.finish();
  return corners.rings();
}

/** The heights at which one column of the mask changes value, from the top: every other one begins a span of the mask. */
interface Column {
  readonly toggles: number[];
  /** For each toggle, the corner at which its horizontal edge begins, in this column or in one left of it. */
  readonly starts: number[];
}

/**
 * Collects the corners of the outline in one pass over the columns. A horizontal edge goes on into the next column for
 * as long as that has the same toggle. The vertical edges between two columns join, pair by pair, the heights at which
 * just one of them toggles.
 */
class Corners {
  private count = 0;
  private xs = new Int32Array(1024);
  private ys = new Int32Array(1024);
  /** The corner at the other end of the horizontal edge. */
  private across = new Int32Array(1024);
  /** The corner at the other end of the vertical edge. */
  private along = new Int32Array(1024);
  /** Whether the mask is above the horizontal edge; set where the edge begins. */
  private above = new Uint8Array(1024);
  private x = -1;
  private left: Column = { toggles: [], starts: [] };
  private right: Column = { toggles: [], starts: [] };

  /** Spans come column by column, from the top. */
  addSpan(x: number, top: number, bottom: number): void {
    if (x !== this.x) this.moveTo(x);
    this.right.toggles.push(top, bottom);
  }

  finish(): void {
    this.moveTo(this.x + 2);
  }

  rings(): readonly Ring[] {
    const { count, xs, ys, across, along } = this;
    const points = new Int32Array(2 * count);
    const visited = new Uint8Array(count);
    const rings: Ring[] = [];
    let end = 0;
    for (let start = 0; start < count; start++) {
      if (visited[start]) continue;
      // The first corner is the leftmost of its ring, so its horizontal edge begins there.
      const hole = this.above[start] === 1;
      const begin = end;
      let horizontal = !hole;
      let corner = start;
      do {
        visited[corner] = 1;
        points[end++] = xs[corner]!;
        points[end++] = ys[corner]!;
        corner = (horizontal ? across : along)[corner]!;
        horizontal = !horizontal;
      } while (corner !== start);
      rings.push({ points: points.subarray(begin, end), hole });
    }
    return rings;
  }

  private moveTo(x: number): void {
    this.meet();
    if (x > this.x + 1) {
      this.x++;
      this.meet();
    }
    this.x = x;
  }

  /** Makes the corners at line `x`, between the columns `left` and `right`, and moves one column on. */
  private meet(): void {
    const { left, right, x } = this;
    const a = left.toggles;
    const b = right.toggles;
    this.reserve(a.length + b.length);
    // The corner from which a vertical edge runs down, -1 for none.
    let upper = -1;
    for (let i = 0, j = 0; i < a.length || j < b.length;) {
      const ya = i < a.length ? a[i]! : Infinity;
      const yb = j < b.length ? b[j]! : Infinity;
      if (ya === yb && (i & 1) === (j & 1)) {
        right.starts.push(left.starts[i]!);
        i++;
        j++;
        continue;
      }
      const ending = ya <= yb ? this.endEdge(x, ya, left.starts[i]!) : -1;
      const beginning = yb <= ya ? this.beginEdge(x, yb, j & 1) : -1;
      if (beginning >= 0) right.starts.push(beginning);
      if (ending >= 0 && beginning >= 0) {
        // Two pixels of the mask touch at their corners here. Each edge turns around its own pixel: where the upper left
        // pixel is one of them, the edge that ends turns up, else down.
        const turnsUp = (i & 1) === 1;
        this.join(upper, turnsUp ? ending : beginning);
        upper = turnsUp ? beginning : ending;
      } else if (upper < 0) {
        upper = Math.max(ending, beginning);
      } else {
        this.join(upper, Math.max(ending, beginning));
        upper = -1;
      }
      if (ending >= 0) i++;
      if (beginning >= 0) j++;
    }
    a.length = 0;
    left.starts.length = 0;
    this.left = right;
    this.right = left;
  }

  private endEdge(x: number, y: number, start: number): number {
    const corner = this.addCorner(x, y);
    this.across[corner] = start;
    this.across[start] = corner;
    return corner;
  }

  private beginEdge(x: number, y: number, above: number): number {
    const corner = this.addCorner(x, y);
    this.above[corner] = above;
    return corner;
  }

  private addCorner(x: number, y: number): number {
    const corner = this.count++;
    this.xs[corner] = x;
    this.ys[corner] = y;
    return corner;
  }

  private join(upper: number, lower: number): void {
    this.along[upper] = lower;
    this.along[lower] = upper;
  }

  private reserve(corners: number): void {
    const needed = this.count + corners;
    if (needed <= this.xs.length) return;
    const capacity = Math.max(needed, 2 * this.xs.length);
    this.xs = grown(this.xs, new Int32Array(capacity));
    this.ys = grown(this.ys, new Int32Array(capacity));
    this.across = grown(this.across, new Int32Array(capacity));
    this.along = grown(this.along, new Int32Array(capacity));
    this.above = grown(this.above, new Uint8Array(capacity));
  }
}

function grown<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
