import { rleToSvgPath, type Rle } from 'maskwire/client';

/** From this many CSS pixels for a pixel of the image on, outlines follow the pixels' edges exactly. */
const EXACT_SCALE = 6;
/** How far an outline may stray from the pixels' edges at smaller scales, in CSS pixels. */
const STRAY = 0.5;

// Snapshots share the masks that did not change, so a mask's paths live as long as anyone holds the mask.
const paths = new WeakMap<Rle, Map<number, Path2D>>();

/**
 * The outline of a mask in pixels of the image, as fine as the scale shows: a path with few corners draws many times
 * faster than the exact one. Fill it by the even-odd rule.
 */
export function maskPath(mask: Rle, scale: number): Path2D {
  const tolerance = toleranceAt(scale);
  let byTolerance = paths.get(mask);
  if (!byTolerance) paths.set(mask, (byTolerance = new Map<number, Path2D>()));
  let path = byTolerance.get(tolerance);
  if (!path) byTolerance.set(tolerance, (path = new Path2D(rleToSvgPath(mask, tolerance))));
  return path;
}

/** The path that `maskPath` answers where it is made already, else one that was made for another scale; null without any. */
export function madePath(mask: Rle, scale: number): Path2D | null {
  const byTolerance = paths.get(mask);
  return byTolerance?.get(toleranceAt(scale)) ?? byTolerance?.values().next().value ?? null;
}

export function isPathMade(mask: Rle, scale: number): boolean {
  return paths.get(mask)?.has(toleranceAt(scale)) === true;
}

/** Powers of two, so that zooming a little does not make new paths. */
function toleranceAt(scale: number): number {
  if (scale >= EXACT_SCALE) return 0;
  return Math.max(STRAY, 2 ** Math.floor(Math.log2(STRAY / scale)));
}
