// How long a prompt takes: the decoder as the official export defines it against ours, at the size of every published SAM
// checkpoint (ViT-B, -L, -H and MobileSAM share it), one point and its "not a point", original image 1800 x 1200.
// Made-up weights: latency does not depend on them. Needs `npm run build` first:
//   node bench/decoder.mjs [rounds]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { readArchitecture } from '#src/models/sam/architecture.js';
import { decoderGraph } from '#src/models/sam/graphs.js';
import { imageStatePorts } from '#src/models/sam/imageState.js';
import { writeModel } from '#src/models/onnx/writeModel.js';
import { frameFilter } from '#src/masks/axisFilter.js';
import { encodeRle } from '#src/masks/rle.js';
import { upsampleToRuns } from '#src/masks/upsample.js';
import { discs } from './discs.mjs';
import { openPeak } from './gemmPeak.mjs';
import { officialDecoderGraph } from './officialDecoder.mjs';
import { decoderGigaflops } from './samFlops.mjs';
import { madeUpWeights } from './samWeights.mjs';
import { describeMachine, interleaved, openSession, table } from './timing.mjs';

const rounds = Number(process.argv[2] ?? 12);
const BATCHES = [1, 4, 16];
const TOKENS = 7;
/** How many times faster than the official export a prompt is to be, by the fastest runs: exact, and in 8 bits. */
const AIMS = { 'ours, batch 1': 4, 'ours in 8 bits, batch 1': 5 };

const weights = madeUpWeights('mobile-sam');
const sam = readArchitecture(weights);
const positions = sam.grid ** 2;

const random = (...dims) => {
  const values = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => Math.random() - 0.5);
  return new Tensor('float32', values, dims);
};

function ourFeeds(batch, images) {
  const state = Object.fromEntries(
    Object.values(imageStatePorts(sam, images)).map(({ name, dims }) => [name, random(...dims)]),
  );
  const points = Float32Array.from({ length: batch * 4 }, (_, index) => (index % 4 < 2 ? 300 + 7 * index : 0));
  const labels = Float32Array.from({ length: batch * 2 }, (_, index) => (index % 2 === 0 ? 1 : -1));
  return {
    ...state,
    points: new Tensor('float32', points, [batch, 2, 2]),
    labels: new Tensor('float32', labels, [batch, 2]),
  };
}

const officialFeeds = {
  image_embeddings: random(1, sam.decoder.width, sam.grid, sam.grid),
  point_coords: new Tensor('float32', Float32Array.of(500, 300, 0, 0), [1, 2, 2]),
  point_labels: new Tensor('float32', Float32Array.of(1, -1), [1, 2]),
  mask_input: new Tensor('float32', new Float32Array(16 * positions), [1, 1, 4 * sam.grid, 4 * sam.grid]),
  has_mask_input: new Tensor('float32', Float32Array.of(0), [1]),
  orig_im_size: new Tensor('float32', Float32Array.of(1200, 1800), [2]),
};

const folder = await mkdtemp(join(tmpdir(), 'maskwire-bench-'));
const path = (name) => join(folder, `${name}.onnx`);
await writeModel(officialDecoderGraph(weights, sam), path('official'));
await writeModel(decoderGraph(weights, sam, false), path('ours'));
await writeModel(decoderGraph(weights, sam, false, { int8: true }), path('int8'));
await writeModel(decoderGraph(weights, sam, true), path('mask'));

/** What the official graph does within itself, for the three masks of a first click: the values are a photo's, not noise. */
const logits = discs(0);
function masksToRle() {
  for (let mask = 0; mask < 3; mask++) {
    const [rows, columns] = [frameFilter(256, 1024, 683, 1200), frameFilter(256, 1024, 1024, 1800)];
    encodeRle(upsampleToRuns(logits, rows, columns));
  }
}

console.log(`${describeMachine()}; ${rounds} rounds; ms per prompt. The floor is that of float32.`);
const work = decoderGigaflops(sam, TOKENS);
for (const threads of [2, 1]) {
  const peak = await openPeak(folder, threads);
  const sessions = {};
  for (const name of ['official', 'ours', 'int8', 'mask']) sessions[name] = await openSession(path(name), threads);
  const tasks = { official: () => sessions.official.run(officialFeeds) };
  for (const batch of BATCHES) {
    const shared = ourFeeds(batch, 1);
    tasks[`ours, batch ${batch}`] = () => sessions.ours.run(shared);
    tasks[`ours in 8 bits, batch ${batch}`] = () => sessions.int8.run(shared);
    if (batch === 1) continue;
    const apart = ourFeeds(batch, batch);
    tasks[`ours, batch ${batch}, an image each`] = () => sessions.ours.run(apart);
  }
  const one = ourFeeds(1, 1);
  tasks['ours, batch 1, and RLE of 3 masks'] = async () => {
    await sessions.ours.run(one);
    masksToRle();
  };
  const mask = { mask: random(1, 1, 4 * sam.grid, 4 * sam.grid), has_mask: new Tensor('float32', [1], [1]) };
  tasks['ours with a mask prompt'] = () => sessions.mask.run({ ...one, ...mask });
  const times = await interleaved(tasks, rounds, () => peak.measure());
  const official = times.get('official');
  const rows = [['', 'min', 'median', 'official / this (min)', 'GFLOP', 'time / floor (min)']];
  for (const [name, { min, median }] of times) {
    const batch = Number(/batch (\d+)/.exec(name)?.[1] ?? 1);
    const flops = name === 'official' ? work.official : work.ours;
    rows.push([
      name,
      (min / batch).toFixed(1),
      (median / batch).toFixed(1),
      ((official.min * batch) / min).toFixed(2),
      flops.toFixed(2),
      (min / batch / ((flops / peak.float32) * 1000)).toFixed(2),
    ]);
  }
  const speeds = `float32 ${peak.float32.toFixed(0)}, 8 bits ${peak.int8.toFixed(0)}`;
  console.log(`\n${threads} thread${threads > 1 ? 's' : ''}; peak of a product of matrices in GFLOP/s: ${speeds}`);
  console.log(table(rows));
  for (const [name, aim] of Object.entries(AIMS)) {
    console.log(
      `${name}: ${(official.min / times.get(name).min).toFixed(2)} times faster than official; the aim is ${aim}.`,
    );
  }
  await peak.release();
  for (const session of Object.values(sessions)) await session.release();
}
await rm(folder, { recursive: true });
