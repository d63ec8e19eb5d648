import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = async (name: string, ...args: readonly string[]) => {
  const bench = fileURLToPath(new URL(`../../bench/${name}.mjs`, import.meta.url));
  return (await promisify(execFile)(process.execPath, [bench, ...args])).stdout;
};

/** The numbers of each row of a table, by the row's name. */
function rowsOf(stdout: string, columns: number): [name: string, ...numbers: number[]][] {
  const numbers = ' +([\\d.]+)'.repeat(columns);
  return [...stdout.matchAll(new RegExp(`^(\\S.*?)${numbers} *$`, 'gm'))].map(([, name = '', ...cells]) => [
    name,
    ...cells.map(Number),
  ]);
}

describe('the benchmark of the decoder', () => {
  it('compares the official export with ours in every batch, beside the work and the peak of the machine', async () => {
    const stdout = await run('decoder', '1');
    const rows = rowsOf(stdout, 5);
    const names = [
      'official',
      'ours, batch 1',
      'ours in 8 bits, batch 1',
      'ours, batch 4',
      'ours, batch 16, an image each',
    ];
    for (const name of names) expect(rows.filter(([row]) => row === name)).toHaveLength(2);
    for (const [name, min = 0, median = 0, , gigaflops, overFloor] of rows) {
      expect(min).toBeGreaterThan(0);
      expect(median).toBeGreaterThanOrEqual(min);
      expect(gigaflops).toBeCloseTo(name === 'official' ? 3.66 : 1.69);
      expect(overFloor).toBeGreaterThan(0);
    }
    expect(stdout.match(/peak of a product of matrices in GFLOP\/s: float32 \d+, 8 bits \d+$/gm)).toHaveLength(2);
    expect(stdout.match(/times faster than official; the aim is [45]\.$/gm)).toHaveLength(4);
  });
});

describe('the benchmark of the encoder', () => {
  it('compares exact graphs with those in 8 bits, beside the work and the peak of the machine', async () => {
    const stdout = await run('encoder', '1', 'mobile-sam');
    const names = [...stdout.matchAll(/^(mobile-sam(?: in 8 bits)?) +([21]) +\d+ +\d+ +[\d.]+ +78\.3 +[\d.]+/gm)];
    expect(names.map(([, name, threads]) => `${name ?? ''}, ${threads ?? ''}`)).toEqual([
      ...['mobile-sam, 2', 'mobile-sam in 8 bits, 2', 'mobile-sam, 1', 'mobile-sam in 8 bits, 1'],
    ]);
    expect(stdout).toMatch(/^mobile-sam; peak .* 2 threads: float32 \d+, 8 bits \d+; 1 thread: float32 \d+/m);
  });
});

describe('the benchmark of masks', () => {
  it('times a candidate at 1800 x 1200 and holds its mask to the official two steps, pixel by pixel', async () => {
    const stdout = await run('masks', '3');
    expect(stdout.match(/^The same mask as by the official two steps: 2160000 pixels, 0 differ\.$/gm)).toHaveLength(2);
    const candidates = rowsOf(stdout, 2).filter(([name]) => name.startsWith('a candidate, in all'));
    expect(candidates).toHaveLength(2);
    for (const [, min] of candidates) expect(min).toBeGreaterThan(0);
  });
});
