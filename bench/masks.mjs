// Times of the mask geometry for one mask of 1800 x 1200 pixels from 256 x 256 logits, which is held to the official
// two-step enlargement pixel by pixel. Needs `npm run build` first:
//   node bench/masks.mjs [rounds]
import { performance } from 'node:perf_hooks';
import { frameFilter } from '../dist/masks/axisFilter.js';
import { polygonsFromRuns, svgPath } from '../dist/masks/polygons.js';
import { pngFromRuns } from '../dist/masks/png.js';
import { coverageGrid } from '../dist/masks/resize.js';
import { decodeRle, encodeRle } from '../dist/masks/rle.js';
import { areaOf, bitmapFromRuns, boundingBoxOf, iouOf } from '../dist/masks/runs.js';
import { stabilityScore } from '../dist/masks/stability.js';
import { upsampleToRuns } from '../dist/masks/upsample.js';
import { discs, grid } from './discs.mjs';
import { inTwoSteps } from './twoSteps.mjs';

const ROUNDS = Number(process.argv[2] ?? 50);
const [height, width] = [1200, 1800];
/** Milliseconds that everything from the logits of a mask to its candidate is to stay below. */
const AIM_MS = 2;

/**
 * @template T
 * @param {string} name
 * @param {() => T} run
 * @returns {T} what the last run answered
 */
function time(name, run) {
  for (let i = 0; i < 10; i++) run();
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  console.log(
    `${name.padEnd(32)} ${times[0].toFixed(3).padStart(8)} ${times[Math.floor(ROUNDS / 2)].toFixed(3).padStart(8)}`,
  );
  return run();
}

/** @param {Float32Array} logits */
function assertSameAsTwoSteps(logits) {
  const runs = upsampleToRuns(logits, frameFilter(256, 1024, 683, height), frameFilter(256, 1024, 1024, width));
  const official = inTwoSteps(logits, { side: 256, frame: 1024 }, { width, height });
  const different = bitmapFromRuns(runs).reduce((sum, bit, i) => sum + (bit === Number(official[i] > 0) ? 0 : 1), 0);
  if (different > 0) throw new Error(`${different} pixels differ from the official two-step enlargement.`);
  console.log(`The same mask as by the official two steps: ${width * height} pixels, 0 differ.`);
}

/**
 * @param {string} title
 * @param {Float32Array} logits
 */
function measure(title, logits) {
  console.log(`\n${title.padEnd(32)} ${'min'.padStart(8)} ${'median'.padStart(8)}`);
  assertSameAsTwoSteps(logits);
  const candidate = () => {
    const runs = upsampleToRuns(logits, frameFilter(256, 1024, 683, height), frameFilter(256, 1024, 1024, width));
    return [encodeRle(runs), areaOf(runs), boundingBoxOf(runs), stabilityScore(logits, grid)];
  };
  time(`a candidate, in all (aim: ${AIM_MS})`, candidate);
  const rows = time('filter of the rows', () => frameFilter(256, 1024, 683, height));
  const columns = time('filter of the columns', () => frameFilter(256, 1024, 1024, width));
  const runs = time('upsample to runs', () => upsampleToRuns(logits, rows, columns));
  const rle = time('encode the RLE', () => encodeRle(runs));
  time('upsample and encode the RLE', () => encodeRle(upsampleToRuns(logits, rows, columns)));
  time('decode the RLE', () => decodeRle(rle));
  const score = time('stability score', () => stabilityScore(logits, grid));
  const area = time('area', () => areaOf(runs));
  time('bounding box', () => boundingBoxOf(runs));
  time('IoU with itself', () => iouOf(runs, runs));
  const exact = time('polygons, tolerance 0', () => polygonsFromRuns(runs, 0));
  const rings = time('polygons, tolerance 1', () => polygonsFromRuns(runs, 1));
  time('SVG path of those', () => svgPath(rings));
  const png = time('PNG', () => pngFromRuns(runs));
  time('coverage of the grid', () => coverageGrid(runs, grid));
  const points = exact.reduce((sum, ring) => sum + ring.length / 2, 0);
  console.log(
    `area ${((100 * area) / (width * height)).toFixed(1)} %, ${runs.lengths.length} runs, RLE of ${rle.counts.length} ` +
      `characters, ${exact.length} rings of ${points} corners, PNG of ${png?.length} bytes, stability ${score.toFixed(2)}`,
  );
}

console.log(
  `Milliseconds, of ${ROUNDS} rounds, for ${width} x ${height} pixels from ${grid.width} x ${grid.height} logits`,
);
measure('a smooth mask', discs(0));
measure('a complex mask', discs(2.5));
