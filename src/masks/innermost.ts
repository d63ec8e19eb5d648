import type { RunLengths } from './rle.js';
import { boundingBoxOf, forEachSpan } from './runs.js';

export interface InnermostPixel {
  /** Column and row of the pixel. */
  readonly x: number;
  readonly y: number;
  /** Square of the distance, in pixels, from its centre to the centre of the nearest pixel outside the mask. */
  readonly squaredDistance: number;
}

/**
 * The pixel of a mask that lies farthest inside: the maximum of the exact Euclidean distance transform (Felzenszwalb and
 * Huttenlocher 2012, "Distance Transforms of Sampled Functions"). What lies beyond the edge of the image is outside, as
 * in evaluations that pad the mask before the transform. Of several farthest pixels it is the first, row by row.
 * @returns null for an empty mask.
 */
export function innermostPixel(runs: RunLengths): InnermostPixel | null {
  const box = boundingBoxOf(runs);
  if (box === null) return null;
  // Around its bounding box there is nothing of the mask, so no pixel farther away can be the nearest one outside.
  const { width, height } = box;
  const vertical = verticalDistances(runs, box);
  const envelope = new Envelope(width + 2);
  let best = { x: -1, y: -1, squaredDistance: 0 };
  for (let y = 0; y < height; y++) {
    const row = vertical.subarray(y * width, (y + 1) * width);
    // No pixel is farther from the outside than from the outside in its own column.
    if (row.every((distance) => distance * distance <= best.squaredDistance)) continue;
    envelope.build(row);
    for (let x = 0; x < width; x++) {
      const squaredDistance = envelope.at(x + 1);
      if (squaredDistance > best.squaredDistance) best = { x: box.x + x, y: box.y + y, squaredDistance };
    }
  }
  return best;
}

/** Of each pixel of the box, row by row: pixels to the nearest one outside in its column; 0 outside the mask. */
function verticalDistances(runs: RunLengths, box: { x: number; y: number; width: number; height: number }): Int32Array {
  const distances = new Int32Array(box.width * box.height);
  forEachSpan(runs, (x, top, bottom) => {
    let i = (top - box.y) * box.width + x - box.x;
    for (let y = top; y < bottom; y++, i += box.width) distances[i] = Math.min(y - top + 1, bottom - y);
  });
  return distances;
}

/**
 * The lower envelope of one parabola for each pixel of a row, `(x - site)² + distance²`. A site of distance 0 stands
 * before the row and one behind it, so pixel `x` of the row is site `x + 1`.
 */
class Envelope {
  private readonly heights: Float64Array;
  /** Sites of the parabolas in the envelope, from the left. */
  private readonly sites: Int32Array;
  /** Where each of them begins to be the lowest. */
  private readonly begins: Float64Array;
  /** The parabola at the last position asked for; positions are asked for from the left. */
  private current = 0;

  constructor(private readonly size: number) {
    this.heights = new Float64Array(size);
    this.sites = new Int32Array(size);
    this.begins = new Float64Array(size + 1);
  }

  build(row: Int32Array): void {
    const { heights, sites, begins, size } = this;
    for (let i = 0; i < row.length; i++) heights[i + 1] = row[i]! * row[i]!;
    let last = 0;
    sites[0] = 0;
    begins[0] = -Infinity;
    for (let site = 1; site < size; site++) {
      let begin = this.crossing(sites[last]!, site);
      while (begin <= begins[last]!) begin = this.crossing(sites[--last]!, site);
      sites[++last] = site;
      begins[last] = begin;
    }
    begins[last + 1] = Infinity;
    this.current = 0;
  }

  at(position: number): number {
    while (this.begins[this.current + 1]! < position) this.current++;
    const site = this.sites[this.current]!;
    return (position - site) ** 2 + this.heights[site]!;
  }

  /** Where the parabola of the right site becomes the lower one. */
  private crossing(left: number, right: number): number {
    return (this.heights[right]! + right * right - this.heights[left]! - left * left) / (2 * (right - left));
  }
}
