// What the machine is able to: the speed of large products of matrices in the runtime that the models run in.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '#src/models/onnx/graphBuilder.js';
import { writeModel } from '#src/models/onnx/writeModel.js';
import { linearInt8 } from '#src/models/sam/int8.js';
import { openSession } from './timing.mjs';

/**
 * A product of 1024 x 1024 matrices, whose fastest run tells what the machine is able to: it takes turns with what is
 * measured against it.
 * @param int8 as `linearInt8` does it: weights in 8 bits, and the other matrix brought to 8 bits at run time.
 */
async function openGemm(folder, threads, int8 = false) {
  const size = 1024;
  const g = new GraphBuilder('gemm');
  const matrix = {
    type: 'float32',
    dims: [size, size],
    load: () => Promise.resolve(Float32Array.from({ length: size * size }, (_, index) => Math.sin(index))),
  };
  const a = g.input('a', 'float32', [size, size]);
  const c = int8 ? linearInt8(g, a, 'b', matrix, null) : g.matmul(a, g.constant('b', matrix));
  g.output(c, 'c', 'float32', [size, size]);
  const path = join(folder, `gemm${int8 ? '8' : ''}.onnx`);
  await writeModel(g.finish(), path);
  const session = await openSession(path, threads);
  const feed = new Tensor('float32', await matrix.load(), [size, size]);
  return {
    // Short beside what it is compared with, so that one run says little: the best of many does.
    run: async () => {
      let best = Infinity;
      for (let i = 0; i < 20; i++) {
        const start = performance.now();
        await session.run({ a: feed });
        best = Math.min(best, performance.now() - start);
      }
      return best;
    },
    /** GFLOP/s of a run of so many milliseconds. */
    speed: (milliseconds) => (2 * size ** 3) / 1e6 / milliseconds,
    release: () => session.release(),
  };
}

/** The fastest products of matrices, in GFLOP/s, in float32 and in 8 bits, measured whenever `measure` is called. */
export async function openPeak(folder, threads) {
  const products = [await openGemm(folder, threads), await openGemm(folder, threads, true)];
  const best = [Infinity, Infinity];
  return {
    measure: async () => {
      for (const [i, one] of products.entries()) best[i] = Math.min(best[i], await one.run());
    },
    get float32() {
      return products[0].speed(best[0]);
    },
    get int8() {
      return products[1].speed(best[1]);
    },
    release: async () => {
      for (const one of products) await one.release();
    },
  };
}
