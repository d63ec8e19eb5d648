import { describe, expect, it } from 'vitest';
import { Batches } from '#src/inference/batching.js';

/** Batches of numbers whose end the test decides. */
function controlled(maxBatchSize: number) {
  const begun: { modelId: string; jobs: readonly number[]; end: () => void }[] = [];
  const batches = new Batches<number, number>(maxBatchSize, (modelId, jobs) => {
    return new Promise((resolve) => {
      const end = () => resolve(jobs.map((job) => (job < 0 ? new Error('negative') : job * 10)));
      begun.push({ modelId, jobs, end });
    });
  });
  return { batches, begun, jobs: () => begun.map(({ modelId, jobs }) => `${modelId}:${jobs.join()}`) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Batches', () => {
  it('starts at once when idle, and gathers what comes while one runs', async () => {
    const { batches, begun, jobs } = controlled(3);
    const results = [batches.run('m', 1)];
    await turn();
    expect(jobs()).toEqual(['m:1']);
    for (const job of [2, 3, 4, 5]) {
      results.push(batches.run('m', job));
      await turn();
    }
    expect(jobs()).toEqual(['m:1']);
    begun[0]?.end();
    await results[0];
    expect(jobs()).toEqual(['m:1', 'm:2,3,4']);
    begun[1]?.end();
    await results[1];
    begun[2]?.end();
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50]);
  });

  it('runs the batches of several models one at a time, first come first served', async () => {
    const { batches, begun, jobs } = controlled(4);
    const results = [batches.run('m', 1), batches.run('n', 2), batches.run('m', 3)];
    await turn();
    expect(jobs()).toEqual(['m:1,3']);
    begun[0]?.end();
    await results[0];
    expect(jobs()).toEqual(['m:1,3', 'n:2']);
    begun[1]?.end();
    expect(await Promise.all(results)).toEqual([10, 20, 30]);
  });

  it('fails a bad job alone', async () => {
    const { batches, begun } = controlled(4);
    const results = [1, -1, 2].map((job) => batches.run('m', job));
    const settled = Promise.allSettled(results);
    await turn();
    begun[0]?.end();
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('starts all that waits where it is told to', async () => {
    const { batches, begun, jobs } = controlled(1);
    const results = [1, 2, 3].map((job) => batches.run('m', job));
    await turn();
    expect(jobs()).toEqual(['m:1']);
    batches.releaseAll();
    expect(jobs()).toEqual(['m:1', 'm:2', 'm:3']);
    for (const { end } of begun) end();
    expect(await Promise.all(results)).toEqual([10, 20, 30]);
  });
});
