import type { Ring } from './outline.js';

/**
 * Simplifies a closed ring by the algorithm of Douglas and Peucker (1973): the corners that stay are some of those that
 * there were, and every corner left out lies within `tolerance` pixels of the edge that replaces it. The ring is cut at
 * its first corner and the corner farthest from that, which both stay, so the result is always the same. Takes time in
 * proportion to the corners times how often they are divided: `n log n` for the outlines of objects, `n * n` at worst.
 * @param tolerance pixels, more than 0.
 * @returns the corners, at least three; null for a hole that lies within the tolerance of a line. An outer ring never
 *   vanishes: of one that thin, the corner farthest from the line stays as well.
 */
export function simplifyRing({ points, hole }: Ring, tolerance: number): Int32Array | null {
  const count = points.length / 2;
  const kept = new Uint8Array(count);
  const opposite = farthest(points, 0, 0, count).index;
  kept[0] = 1;
  kept[opposite] = 1;
  let keptCount = 2;
  const pending = [0, opposite, opposite, count];
  while (pending.length > 0) {
    const to = pending.pop()!;
    const from = pending.pop()!;
    const { index, distanceSquared } = farthest(points, from, to % count, to);
    if (distanceSquared <= tolerance * tolerance) continue;
    kept[index] = 1;
    keptCount++;
    pending.push(from, index, index, to);
  }
  if (keptCount === 2) {
    if (hole) return null;
    kept[farthest(points, 0, opposite, count).index] = 1;
    keptCount++;
  }
  const result = new Int32Array(2 * keptCount);
  for (let i = 0, end = 0; i < count; i++) {
    if (!kept[i]) continue;
    result[end++] = points[2 * i]!;
    result[end++] = points[2 * i + 1]!;
  }
  return result;
}

/**
 * The first of the corners after `from` and before `end` that lie farthest from the line segment between the corners
 * `from` and `to`; `from` and 0 where there are none.
 */
function farthest(points: Int32Array, from: number, to: number, end: number) {
  const x = points[2 * from]!;
  const y = points[2 * from + 1]!;
  const dx = points[2 * to]! - x;
  const dy = points[2 * to + 1]! - y;
  const lengthSquared = dx * dx + dy * dy;
  let index = from;
  let distanceSquared = 0;
  for (let i = from + 1; i < end; i++) {
    const px = points[2 * i]! - x;
    const py = points[2 * i + 1]! - y;
    const projection = px * dx + py * dy;
    let squared: number;
    if (projection <= 0) {
      squared = px * px + py * py;
    } else if (projection >= lengthSquared) {
      squared = (px - dx) ** 2 + (py - dy) ** 2;
    } else {
      squared = (px * dy - py * dx) ** 2 / lengthSquared;
    }
    if (squared > distanceSquared) {
      distanceSquared = squared;
      index = i;
    }
  }
  return { index, distanceSquared };
}
