import { outlineOf } from './outline.js';
import type { RunLengths } from './rle.js';
import { simplifyRing } from './simplify.js';

/**
 * The outline of a mask as rings `[x0, y0, x1, y1, …]` in whole pixels, closed implicitly, to be filled by the even-odd
 * rule. Seen with y down, outer rings run clockwise, holes counter-clockwise. The order is always the same.
 * @param tolerance how far, in pixels, the outline may stray; 0 follows the pixel edges, and filling the rings gives
 *   back exactly the mask's pixels. With more, each ring is simplified by itself (`simplifyRing`): rings of one mask, or
 *   of two masks that share a border, may come to cross or to leave a gap of up to twice the tolerance, and holes
 *   thinner than the tolerance vanish.
 */
export function polygonsFromRuns(runs: RunLengths, tolerance: number): readonly Int32Array[] {
  const outline = outlineOf(runs);
  if (tolerance === 0) return outline.map((ring) => ring.points);
  return outline.map((ring) => simplifyRing(ring, tolerance)).filter((points) => points !== null);
}

/**
 * Rings as an SVG path, to be filled with `fill-rule: evenodd`: absolute starts, then relative lines, as short as whole
 * numbers allow. Empty for no rings.
 * @param rings whole numbers; fractions would add up rounding errors along a ring.
 */
export function svgPath(rings: readonly Int32Array[]): string {
  let path = '';
  for (const ring of rings) {
    let x = ring[0]!;
    let y = ring[1]!;
    path += `M${x} ${y}`;
    let command = 'M';
    for (let i = 2; i < ring.length; i += 2) {
      const dx = ring[i]! - x;
      const dy = ring[i + 1]! - y;
      x += dx;
      y += dy;
      if (dy === 0) {
        path += `h${dx}`;
        command = 'h';
      } else if (dx === 0) {
        path += `v${dy}`;
        command = 'v';
      } else {
        // A repeated command needs no letter, and a minus sign separates by itself.
        path += `${command === 'l' ? separated(dx) : `l${dx}`}${separated(dy)}`;
        command = 'l';
      }
    }
    path += 'z';
  }
  return path;
}

function separated(value: number): string {
  return value < 0 ? `${value}` : ` ${value}`;
}
