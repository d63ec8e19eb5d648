import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Report } from '#src/evaluate/report.js';
import { samples, temporaryFolder, withoutTimes } from '../evaluate/support.js';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [main, 'evaluate', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function evaluate(...args: string[]): Promise<{ status: unknown; out: string; err: string }> {
  const child = start(...args);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (err += data.toString()));
  const [status] = (await once(child, 'close')) as [unknown];
  return { status, out, err };
}

async function reportIn(path: string): Promise<Report> {
  return JSON.parse(await readFile(path, 'utf8')) as Report;
}

/** Resolves when the file has so many lines. */
async function lines(path: string, count: number): Promise<void> {
  const folder = dirname(path);
  await new Promise<void>((resolve) => {
    const watcher = watch(folder, (_, name) => {
      if (name !== basename(path)) return;
      void readFile(path, 'utf8').then((text) => {
        if (text.split('\n').length <= count) return;
        watcher.close();
        resolve();
      });
    });
  });
}

describe('maskwire evaluate', () => {
  it('prints a table, and writes all figures and a contact sheet', async () => {
    const folder = await temporaryFolder();
    const [json, sheet] = [join(folder, 'out.json'), join(folder, 'out.png')];
    const run = await evaluate('--data', samples, '--limit', '9', '--json', json, '--sheet', sheet);
    expect(run).toMatchObject({ status: 0, err: expect.stringMatching(/9 of 9 objects, \d+ s\n$/) as string });
    expect(run.out).toMatch(/9 objects in 4 images/);
    expect(run.out).toMatch(/^all +9( +0\.\d{3}){6}( +\d+\.\d{2}){3}$/m);
    expect(run.out).toMatch(/^first click, own choice +9 +0\.\d{3}/m);
    expect(run.out).toMatch(/^encode [\d.]+ ms, p95 [\d.]+ \(4 images\)$/m);
    const { summary, calibration, objects, times } = await reportIn(json);
    expect(objects).toHaveLength(9);
    expect(summary.all.objects).toBe(9);
    expect(calibration.firstCandidates.masks).toBe(27);
    expect(times.encodeMs.samples).toBe(4);
    expect(run.out).toContain(summary.all.iouAfterClicks[5].toFixed(3));
    // Three objects of each kind make a row each.
    const { width, height, channels } = await sharp(sheet).metadata();
    expect({ channels, wide: width > 1400, rows: Math.round(height / 266) }).toEqual({
      channels: 3,
      wide: true,
      rows: 3,
    });
    expect(existsSync(`${json}.state`)).toBe(false);
  });

  it('goes on after it was killed, and ends with the same figures', async () => {
    const folder = await temporaryFolder();
    const [whole, killed] = [join(folder, 'whole.json'), join(folder, 'killed.json')];
    const args = ['--data', samples, '--limit', '8', '--threads', '1'];
    expect((await evaluate(...args, '--json', whole)).status).toBe(0);

    const child = start(...args, '--json', killed);
    const ended = once(child, 'close');
    // The first line says what the results belong to; the second is a result.
    await lines(`${killed}.state`, 2);
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(killed)).toBe(false);

    const measured = (await readFile(`${killed}.state`, 'utf8')).split('\n').slice(1, -1);
    expect(measured.length).toBeGreaterThan(0);
    expect((await evaluate(...args, '--json', killed, '--batch', '3')).status).toBe(0);
    const [a, b] = [await reportIn(whole), await reportIn(killed)];
    // Times too are those of the run that was killed: nothing was measured twice.
    expect(b.objects).toEqual(expect.arrayContaining(measured.map((line) => JSON.parse(line) as unknown)));
    expect(b.objects.map(withoutTimes)).toEqual(a.objects.map(withoutTimes));
    expect({ ...b, objects: [], times: {} }).toEqual({ ...a, objects: [], times: {} });
  });

  it.each([
    [[], /expected --data <folder>; got none/],
    [['--data', samples, '--batch', '0'], /expected --batch to be a whole number from 1 to 64; got "0"/],
    [['--data', samples, '--batch', '65'], /from 1 to 64; got "65"/],
    [['--data', samples, '--limit', 'few'], /expected --limit to be a whole number/],
    [['--data', samples, '--colour'], /--colour/],
  ])('ends with status 2 for %j', async (args, message) => {
    expect(await evaluate(...args)).toMatchObject({ status: 2, out: '', err: message });
  });

  it('ends with status 1 where data or model cannot be used', async () => {
    expect(await evaluate('--data', 'no-such-folder')).toMatchObject({ status: 1, err: /no-such-folder/ });
    expect(await evaluate('--data', samples, '--model', 'none')).toMatchObject({
      status: 1,
      err: /expected --model to be one of .*; got "none"/,
    });
  });

  it('explains itself', async () => {
    expect(await evaluate('--help')).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^Usage: maskwire evaluate/) as string,
    });
  });
});
