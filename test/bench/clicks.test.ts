import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const bench = fileURLToPath(new URL('../../bench/clicks.mjs', import.meta.url));
const run = (args: readonly string[]) => promisify(execFile)(process.execPath, [bench, ...args]);

describe('the benchmark of clicks', () => {
  it('serves a converted model of true sizes and prints the waits of first clicks and of refining ones', async () => {
    const { stdout } = await run(['--clicks', '12', '--threads', '1']);
    const rows = stdout.split('\n').flatMap((line) => {
      const found = /^1 +(first|refining|all) +(\d+) +([\d.]+) +([\d.]+) +([\d.]+)/.exec(line);
      return found ? [found.slice(1)] : [];
    });
    expect(rows.map(([name, count]) => [name, count])).toEqual([
      ['first', '4'],
      ['refining', '8'],
      ['all', '12'],
    ]);
    for (const [, , ...times] of rows) {
      const [p50 = NaN, p99 = NaN, max = NaN] = times.map(Number);
      expect(p50).toBeGreaterThan(0);
      expect(p99).toBeGreaterThanOrEqual(p50);
      expect(max).toBeGreaterThanOrEqual(p99);
    }
    // Masks with outlines, as real ones have, not patterns of single cells.
    const length = Number(/^1 +all .* (\d+) *$/m.exec(stdout)?.[1]);
    expect(length).toBeGreaterThan(500);
    expect(length).toBeLessThan(20_000);
    expect(stdout).toMatch(/^p50 of all clicks, .* ms; the aim is less than 30 /m);
  });

  it('says what it expects of its options', async () => {
    await expect(run(['--threads', '0'])).rejects.toMatchObject({
      code: 2,
      stderr: 'Expected --clicks 1 to 100000 and --threads a list like 1,2 of 1 to 64; got 300 and 0.\n',
    });
  });
});
