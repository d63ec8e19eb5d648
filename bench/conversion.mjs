// How much memory a conversion takes: a checkpoint of a published model's true sizes, with made-up weights, goes through
// `maskwire models convert`, the trial run of its graphs included, while the process is watched. ViT-H needs 6 GB of disk.
// Needs `npm run build` first; Linux:
//   node bench/conversion.mjs [model ...]        Default: sam-vit-h
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describeMachine, table } from './timing.mjs';
import { writeCheckpoint } from './torchCheckpoint.mjs';

/** Bytes that a conversion may take at most, ViT-H's too. */
const AIM = 8 * 2 ** 30;
const SAMPLE_MS = 50;
const MIB = 2 ** 20;

const models = process.argv.length > 2 ? process.argv.slice(2) : ['sam-vit-h'];
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'bench-conversion-'));
const rows = [['', 'checkpoint, MiB', 'graphs, MiB', 's', 'writing, peak MiB', 'with the trial run, peak MiB']];
try {
  console.log(describeMachine());
  for (const model of models) {
    const checkpoint = join(folder, `${model}.pth`);
    await writeCheckpoint(checkpoint, model);
    rows.push([model, ...(await convert(model, checkpoint))]);
    await rm(checkpoint);
    await rm(join(folder, 'models'), { recursive: true });
  }
  console.log(table(rows));
} finally {
  await rm(folder, { recursive: true, force: true });
}

/**
 * @param {string} model
 * @param {string} checkpoint
 */
async function convert(model, checkpoint) {
  const start = performance.now();
  const models = join(folder, 'models');
  const identity = ['--id', model, '--license', 'Apache-2.0', '--models', models];
  const child = spawn(process.execPath, [main, 'models', 'convert', checkpoint, ...identity], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exit = once(child, 'exit');
  const peaks = await watch(child.pid ?? 0, join(models, '.staging', model, 'model.json'));
  const [code] = await exit;
  if (code !== 0) throw new Error(`The conversion of ${model} ended with ${code}.`);
  const seconds = (performance.now() - start) / 1000;
  if (peaks.all > AIM) process.exitCode = 1;
  const { models: entries } = JSON.parse(await readFile(join(models, 'manifest.json'), 'utf8'));
  const graphs = Object.values(entries[0].files).flat();
  const bytes = graphs.reduce((sum, file) => sum + file.bytes, 0);
  return [(await stat(checkpoint)).size / MIB, bytes / MIB, seconds, peaks.writing / MIB, peaks.all / MIB].map(
    (value) => value.toFixed(0),
  );
}

/**
 * The most resident memory of a process until it ends, and until a file was there.
 * @param {number} pid
 * @param {string} file the last one that a conversion writes
 */
async function watch(pid, file) {
  const peaks = { writing: 0, all: 0 };
  let isWritten = false;
  for (;;) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const peak = 1024 * Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
    if (peak === 0) return peaks;
    peaks.all = Math.max(peaks.all, peak);
    isWritten ||= await stat(file).then(
      () => true,
      () => false,
    );
    if (!isWritten) peaks.writing = peak;
    await setTimeout(SAMPLE_MS);
  }
}
