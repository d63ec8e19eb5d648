import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const bench = fileURLToPath(new URL('../../bench/serving.mjs', import.meta.url));
const run = (args: readonly string[]) => promisify(execFile)(process.execPath, [bench, ...args]);

describe('the serving benchmark', () => {
  it(
    'measures maskwire and the naive server on every workload and prints what each did',
    { timeout: 120_000 },
    async () => {
      const { stdout } = await run(['--seconds', '0.4', '--sessions', '2']);
      const rows = stdout.split('\n').filter((line) => /^ +2 (maskwire|naive) /.test(line));
      expect(rows.map((row) => row.trim().split(/\s+/)[1])).toEqual(Array(3).fill(['maskwire', 'naive']).flat());
      for (const row of rows) {
        const [p50 = NaN, p99 = NaN, clicksPerSecond, masksPerSecond] = row.trim().split(/\s+/).slice(2).map(Number);
        expect(p50).toBeGreaterThan(0);
        expect(p99).toBeGreaterThanOrEqual(p50);
        expect(clicksPerSecond).toBeGreaterThan(0);
        expect(masksPerSecond).toBeGreaterThanOrEqual(clicksPerSecond ?? NaN);
      }
      const encodes = rows.map((row) => Number(row.trim().split(/\s+/).at(-1)));
      expect(encodes.slice(0, 4)).toEqual([0, 0, 0, 0]);
      expect(Math.min(...encodes.slice(4))).toBeGreaterThan(0);
      expect(stdout.match(/^ +x[\d.]+ +x[\d.]+ +x[\d.]+ +x[\d.]+ +load [\d.]+$/gm)).toHaveLength(3);
    },
  );

  it('says what it expects of its options', async () => {
    await expect(run(['--sessions', '0'])).rejects.toMatchObject({
      code: 2,
      stderr: 'Expected --seconds above 0 to 60 and --sessions a list like 1,8,32 of 1 to 60; got 8 and 0.\n',
    });
  });
});
