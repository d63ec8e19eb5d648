// How long an image takes: our encoder graphs at the dimensions of MobileSAM and SAM ViT-B, the decoder's state included.
// Made-up weights: latency does not depend on them. Usage: npm run build && node bench/encoder.mjs [rounds] [model ...]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tensor } from 'onnxruntime-node';
import { readArchitecture } from '#src/models/sam/architecture.js';
import { encoderGraph } from '#src/models/sam/graphs.js';
import { writeModel } from '#src/models/onnx/writeModel.js';
import { madeUpWeights } from './samWeights.mjs';
import { describeMachine, gemmPeak, interleaved, openSession, table } from './timing.mjs';

const rounds = Number(process.argv[2] ?? 3);
const models = process.argv.length > 3 ? process.argv.slice(3) : ['mobile-sam', 'sam-vit-b'];

/** GFLOP of the official encoder: products of matrices and convolutions, two per multiply-add. */
const work = { 'mobile-sam': 77.5, 'sam-vit-b': 972 };

const folder = await mkdtemp(join(tmpdir(), 'maskwire-bench-'));
console.log(`${describeMachine()}; ${rounds} rounds; ms per image, min / median`);
const rows = [['', 'threads', 'min', 'median', 'GFLOP', 'time / floor (min)', 'memory, MB']];
for (const model of models) {
  const weights = madeUpWeights(model);
  const sam = readArchitecture(weights);
  const size = [1, 3, sam.frame, sam.frame];
  const values = Float32Array.from({ length: 3 * sam.frame ** 2 }, (_, index) => Math.sin(index / 50));
  const image = new Tensor('float32', values, size);
  for (const int8 of [false, true]) {
    const path = join(folder, 'encoder.onnx');
    await writeModel(encoderGraph(weights, sam, { int8 }), path);
    for (const threads of [2, 1]) {
      const peak = await gemmPeak(folder, threads);
      const session = await openSession(path, threads);
      const times = await interleaved({ encode: () => session.run({ image }) }, rounds);
      const { min, median } = times.get('encode');
      const memory = process.memoryUsage().rss / 2 ** 20;
      await session.release();
      const floor = ((work[model] ?? NaN) / peak) * 1000;
      rows.push([
        int8 ? `${model} in 8 bits` : model,
        threads,
        min.toFixed(0),
        median.toFixed(0),
        work[model] ?? '',
        (min / floor).toFixed(2),
        memory.toFixed(0),
      ]);
    }
  }
}
console.log(table(rows));
await rm(folder, { recursive: true });
