import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const bench = fileURLToPath(new URL('../../bench/conversion.mjs', import.meta.url));

it.skipIf(process.platform !== 'linux')('the benchmark of conversion tells how much memory it took', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [bench, 'mobile-sam']);
  const found = /^mobile-sam +(\d+) +(\d+) +\d+ +(\d+) +(\d+) *$/m.exec(stdout)?.slice(1).map(Number);
  const [checkpoint = NaN, graphs = NaN, writing = NaN, all = NaN] = found ?? [];
  expect(graphs).toBeGreaterThan(checkpoint);
  expect(writing).toBeGreaterThan(0);
  expect(all).toBeGreaterThanOrEqual(writing);
});
