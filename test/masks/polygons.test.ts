import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bilinearFilter } from '#src/masks/axisFilter.js';
import { polygonsFromRuns, svgPath } from '#src/masks/polygons.js';
import { areaOf } from '#src/masks/runs.js';
import { upsampleToRuns } from '#src/masks/upsample.js';
import { bitmaps, blobs, draw, runsOf, type Bitmap } from './samples.js';

type Point = readonly [x: number, y: number];

function pointsOf(ring: Int32Array): Point[] {
  return Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i] ?? NaN, ring[2 * i + 1] ?? NaN]);
}

function edgesOf(ring: Int32Array): (readonly [from: Point, to: Point])[] {
  const points = pointsOf(ring);
  return points.map((point, i) => [point, points[(i + 1) % points.length] ?? point]);
}

/** Positive for a ring that runs clockwise, seen with y down. */
function signedArea(ring: Int32Array): number {
  return edgesOf(ring).reduce((sum, [[ax, ay], [bx, by]]) => sum + (ax * by - bx * ay) / 2, 0);
}

/** Pixels whose centre an odd number of edges lies to the left of. */
function fillEvenOdd(rings: readonly Int32Array[], height: number, width: number): number[] {
  const edges = rings.flatMap(edgesOf);
  return Array.from({ length: height * width }, (_, i) => {
    const px = (i % width) + 0.5;
    const py = Math.floor(i / width) + 0.5;
    const crossed = edges.filter(
      ([[ax, ay], [bx, by]]) => ay > py !== by > py && ax + ((py - ay) / (by - ay)) * (bx - ax) < px,
    );
    return crossed.length % 2;
  });
}

function distanceToSegment([px, py]: Point, [[ax, ay], [bx, by]]: readonly [Point, Point]): number {
  const lengthSquared = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = lengthSquared && ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / lengthSquared;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay));
}

const ringsOf = (bitmap: Bitmap, tolerance = 0) => polygonsFromRuns(runsOf(bitmap), tolerance);
const arraysOf = (bitmap: Bitmap, tolerance = 0) => ringsOf(bitmap, tolerance).map((ring) => Array.from(ring));

describe('exact rings', () => {
  it('run clockwise around the mask, from the leftmost, then topmost corner', () => {
    expect(arraysOf(draw('....', '.##.', '.##.'))).toEqual([[1, 1, 3, 1, 3, 3, 1, 3]]);
  });

  it('follow the borders of the image', () => {
    expect(arraysOf(draw('##', '##'))).toEqual([[0, 0, 2, 0, 2, 2, 0, 2]]);
    expect(arraysOf(draw('#'))).toEqual([[0, 0, 1, 0, 1, 1, 0, 1]]);
  });

  it('run counter-clockwise around a hole, after the ring that it is in', () => {
    expect(arraysOf(draw('###', '#.#', '###'))).toEqual([
      [0, 0, 3, 0, 3, 3, 0, 3],
      [1, 1, 1, 2, 2, 2, 2, 1],
    ]);
  });

  it('part pixels that touch at a corner only', () => {
    expect(arraysOf(draw('#.', '.#'))).toEqual([
      [0, 0, 1, 0, 1, 1, 0, 1],
      [1, 1, 2, 1, 2, 2, 1, 2],
    ]);
    expect(arraysOf(draw('.#', '#.'))).toEqual([
      [0, 1, 1, 1, 1, 2, 0, 2],
      [1, 0, 2, 0, 2, 1, 1, 1],
    ]);
  });

  it('join holes that touch at a corner into one', () => {
    expect(arraysOf(draw('####', '#.##', '##.#', '####'))).toEqual([
      [0, 0, 4, 0, 4, 4, 0, 4],
      [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 2, 2, 2, 2, 1],
    ]);
  });

  it('nest islands in holes', () => {
    const rings = ringsOf(draw('#####', '#...#', '#.#.#', '#...#', '#####'));
    expect(rings.map(signedArea)).toEqual([25, -9, 1]);
  });

  it('are none for an empty mask', () => {
    expect(arraysOf(draw('...', '...'))).toEqual([]);
  });

  it('filled by the even-odd rule give the mask back, and turn at every corner', () => {
    fc.assert(
      fc.property(bitmaps, (bitmap) => {
        const rings = ringsOf(bitmap);
        expect(fillEvenOdd(rings, bitmap.height, bitmap.width)).toEqual(Array.from(bitmap.pixels));
        // Signed areas are the mask's area only where outer rings run clockwise and holes the other way.
        expect(rings.reduce((sum, ring) => sum + signedArea(ring), 0)).toBe(areaOf(runsOf(bitmap)));
        for (const ring of rings) {
          const horizontal = edgesOf(ring).map(([[, ay], [, by]]) => ay === by);
          horizontal.forEach((is, i) => expect(is).toBe(signedArea(ring) > 0 ? i % 2 === 0 : i % 2 === 1));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('stand in the order of their first corners', () => {
    fc.assert(
      fc.property(bitmaps, (bitmap) => {
        const firsts = ringsOf(bitmap).map((ring) => pointsOf(ring)[0] ?? [NaN, NaN]);
        const sorted = firsts.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by);
        expect(firsts).toEqual(sorted);
      }),
    );
  });
});

describe('simplified rings', () => {
  it('stay within the tolerance of the exact ones', () => {
    fc.assert(
      fc.property(bitmaps, fc.double({ min: 0.1, max: 6, noNaN: true }), (bitmap, tolerance) => {
        const rings = ringsOf(bitmap, tolerance);
        for (const exact of ringsOf(bitmap)) {
          const begin = pointsOf(exact)[0] ?? [NaN, NaN];
          const simplified = rings.find(
            (ring) => ring[0] === begin[0] && ring[1] === begin[1] && signedArea(exact) > 0 === signedArea(ring) > 0,
          );
          if (!simplified) continue;
          const edges = edgesOf(simplified);
          const strays = pointsOf(exact).map((point) =>
            Math.min(...edges.map((edge) => distanceToSegment(point, edge))),
          );
          expect(Math.max(...strays)).toBeLessThanOrEqual(tolerance + 1e-9);
        }
      }),
    );
  });

  it('keep every outer ring and at least three corners of each ring', () => {
    fc.assert(
      fc.property(bitmaps, fc.double({ min: 0.1, max: 100, noNaN: true }), (bitmap, tolerance) => {
        const outer = (rings: readonly Int32Array[]) => rings.filter((ring) => signedArea(ring) > 0).length;
        const exact = ringsOf(bitmap);
        const simplified = ringsOf(bitmap, tolerance);
        const holes = exact.length - outer(exact);
        expect(simplified.length).toBeGreaterThanOrEqual(exact.length - holes);
        expect(simplified.length).toBeLessThanOrEqual(exact.length);
        for (const ring of simplified) expect(ring.length).toBeGreaterThanOrEqual(6);
      }),
    );
  });

  it('keep a triangle of a ring that is thinner than the tolerance', () => {
    expect(arraysOf(draw('#####'), 100)).toEqual([[0, 0, 5, 0, 5, 1]]);
  });

  it('drop a hole that is thinner than the tolerance', () => {
    const mask = draw('#####', '#.###', '#####');
    expect(arraysOf(mask, 0.5)).toHaveLength(2);
    expect(arraysOf(mask, 1)).toHaveLength(1);
  });

  it('turn a staircase into a line', () => {
    const mask = draw('#....', '##...', '###..', '####.', '#####');
    expect(arraysOf(mask, 1)).toEqual([[0, 0, 5, 5, 0, 5]]);
  });

  it('are far fewer corners for a smooth mask, and the same every time', () => {
    const filter = bilinearFilter(64, 64, 600);
    const runs = upsampleToRuns(blobs(64, 64, 8), filter, filter);
    const corners = (tolerance: number) =>
      polygonsFromRuns(runs, tolerance).reduce((sum, ring) => sum + ring.length / 2, 0);
    expect(corners(1)).toBeLessThan(corners(0) / 5);
    expect(polygonsFromRuns(runs, 1)).toEqual(polygonsFromRuns(runs, 1));
  });
});

describe('the SVG path', () => {
  /** Reads what `svgPath` writes, by the grammar of SVG. */
  const read = (path: string): number[][] => {
    const rings: number[][] = [];
    let x = 0;
    let y = 0;
    for (const [, command = '', rest = ''] of path.matchAll(/([Mhvlz])([^Mhvlz]*)/g)) {
      const numbers = Array.from(rest.matchAll(/-?\d+/g), ([number]) => Number(number));
      if (command === 'M') [x = NaN, y = NaN] = numbers;
      if (command === 'M') rings.push([x, y]);
      const steps =
        command === 'h'
          ? numbers.map((dx): Point => [dx, 0])
          : command === 'v'
            ? numbers.map((dy): Point => [0, dy])
            : command === 'l'
              ? Array.from({ length: numbers.length / 2 }, (_, i): Point => [
                  numbers[2 * i] ?? NaN,
                  numbers[2 * i + 1] ?? NaN,
                ])
              : [];
      for (const [dx, dy] of steps) {
        x += dx;
        y += dy;
        rings.at(-1)?.push(x, y);
      }
    }
    return rings;
  };

  it('is short', () => {
    expect(svgPath(ringsOf(draw('###', '#.#', '###')))).toBe('M0 0h3v3h-3zM1 1v1h1v-1z');
    expect(svgPath([Int32Array.of(2, 3, 5, 1, 6, 4, 4, 9)])).toBe('M2 3l3-2 1 3-2 5z');
    expect(svgPath([])).toBe('');
  });

  it('draws the rings', () => {
    fc.assert(
      fc.property(bitmaps, fc.constantFrom(0, 0.7, 1.5), (bitmap, tolerance) => {
        expect(read(svgPath(ringsOf(bitmap, tolerance)))).toEqual(arraysOf(bitmap, tolerance));
      }),
    );
  });
});
