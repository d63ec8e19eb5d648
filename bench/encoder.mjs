// How long an image takes: our encoder graphs at the sizes of MobileSAM and SAM ViT-B, the decoder's state included, exact
// and with weights in 8 bits, in turns. Made-up weights: latency does not depend on them. Needs `npm run build` first:
//   node bench/encoder.mjs [rounds] [model ...]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { readArchitecture } from '#src/models/sam/architecture.js';
import { encoderGraph } from '#src/models/sam/graphs.js';
import { writeModel } from '#src/models/onnx/writeModel.js';
import { openPeak } from './gemmPeak.mjs';
import { encoderGigaflops } from './samFlops.mjs';
import { madeUpWeights } from './samWeights.mjs';
import { describeMachine, interleaved, openSession, table } from './timing.mjs';

const rounds = Number(process.argv[2] ?? 3);
const models = process.argv.length > 3 ? process.argv.slice(3) : ['mobile-sam', 'sam-vit-b'];
const columns = ['', 'threads', 'min', 'median', 'exact / this (min)', 'GFLOP', 'time / floor (min)', 'memory, MiB'];

const folder = await mkdtemp(join(tmpdir(), 'maskwire-bench-'));
console.log(
  `${describeMachine()}; ${rounds} rounds; ms per image. The floor is that of float32; 8 bits have a higher peak. ` +
    'Memory is what the graph and its runs added to the process.',
);
for (const model of models) {
  const weights = madeUpWeights(model);
  const sam = readArchitecture(weights);
  const gigaflops = encoderGigaflops(weights, sam);
  const values = Float32Array.from({ length: 3 * sam.frame ** 2 }, (_, index) => Math.sin(index / 50));
  const image = new Tensor('float32', values, [1, 3, sam.frame, sam.frame]);
  const paths = { [model]: join(folder, 'exact.onnx'), [`${model} in 8 bits`]: join(folder, 'int8.onnx') };
  for (const [name, path] of Object.entries(paths)) {
    await writeModel(encoderGraph(weights, sam, { int8: name !== model }), path);
  }
  const rows = [columns];
  const peaks = [];
  for (const threads of [2, 1]) {
    const peak = await openPeak(folder, threads);
    const sessions = [];
    const memory = {};
    for (const [name, path] of Object.entries(paths)) {
      const before = process.memoryUsage().rss;
      const session = await openSession(path, threads);
      await session.run({ image });
      memory[name] = (process.memoryUsage().rss - before) / 2 ** 20;
      sessions.push([name, session]);
    }
    const tasks = Object.fromEntries(sessions.map(([name, session]) => [name, () => session.run({ image })]));
    const times = await interleaved(tasks, rounds, () => peak.measure());
    const floor = (gigaflops / peak.float32) * 1000;
    for (const [name, { min, median }] of times) {
      const ratio = (times.get(model).min / min).toFixed(2);
      // Later sessions get memory that earlier ones gave back, which tells nothing.
      const [shown, known] = [gigaflops.toFixed(1), peaks.length === 0 ? memory[name].toFixed(0) : ''];
      rows.push([name, threads, min.toFixed(0), median.toFixed(0), ratio, shown, (min / floor).toFixed(2), known]);
    }
    peaks.push(
      `${threads} thread${threads > 1 ? 's' : ''}: float32 ${peak.float32.toFixed(0)}, 8 bits ${peak.int8.toFixed(0)}`,
    );
    for (const [, session] of sessions) await session.release();
    await peak.release();
  }
  console.log(`\n${model}; peak of a product of matrices in GFLOP/s with ${peaks.join('; ')}`);
  console.log(table(rows));
}
await rm(folder, { recursive: true });
