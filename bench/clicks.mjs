// What one person waits for with MobileSAM: from sending a click on the WebSocket to having its candidates from the
// subscription. A checkpoint of MobileSAM's true sizes with made-up weights is converted as a real one is, and served by
// the real server; photo of 1800 x 1200. First clicks on objects (three masks) and refining ones (one mask, with the logits
// of the mask before) apart. Servers with different numbers of decoder threads take turns. Needs `npm run build` first:
//   node bench/clicks.mjs [--clicks 300] [--threads 1,2] [--model mobile-sam]
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { drawEllipses, SIZE } from './ellipses.mjs';
import { Annotator } from './serving/annotator.mjs';
import { ServerProcess } from './serving/serverProcess.mjs';
import { percentile } from './serving/table.mjs';
import { describeMachine, table } from './timing.mjs';
import { writeCheckpoint } from './torchCheckpoint.mjs';

/** Milliseconds from click to candidates that half of the clicks are to stay below, on two cores with nothing else to do. */
const TARGET_P50_MS = 30;
/** Each server's clicks come in so many turns, so that all meet the same weather on the machine. */
const TURNS = 4;
/** Whole objects: a first click and two that refine it. */
const CLICKS_PER_OBJECT = 3;
/** Before anything counts: the decoder for refinements is loaded at its first use. */
const WARM_UP_CLICKS = 2 * CLICKS_PER_OBJECT;

const columns = ['decoder threads', 'clicks', 'n', 'p50', 'p99', 'max', 'decoding, mean', 'characters of RLE, mean'];

/** @typedef {{ first: number[], refining: number[], decodeMs: number, decodes: number, rleLengths: number[] }} Waits */

const { clicks, threads, model } = readOptions();
const folder = await mkdtemp(join(tmpdir(), 'bench-clicks-'));
/** @type {ServerProcess[]} */
const servers = [];
try {
  console.log(`${describeMachine()}; ${model} with made-up weights, ${SIZE.width} x ${SIZE.height} pixels, ms`);
  await makeModel();
  const picture = await drawEllipses();
  const runs = [];
  for (const count of threads) {
    const server = await ServerProcess.maskwire([
      ...['--models', join(folder, 'models'), '--model', model, '--decoder-threads', `${count}`],
    ]);
    servers.push(server);
    const person = await Annotator.join(server.url, picture, 0, 'rle');
    await clickOn(person, WARM_UP_CLICKS);
    runs.push({ count, server, person, waits: noWaits() });
  }
  for (let turn = 0; turn < TURNS; turn++) {
    for (const { server, person, waits } of runs) {
      const before = await server.usage();
      await clickOn(person, clicks / TURNS, waits);
      const after = await server.usage();
      waits.decodeMs += after.decodeMs - before.decodeMs;
      waits.decodes += after.batches.count - before.batches.count;
    }
  }
  console.log(table([columns, ...runs.flatMap(({ count, waits }) => rowsOf(count, waits))]));
  const best = Math.min(...runs.flatMap(({ waits }) => percentile(sorted([...waits.first, ...waits.refining]), 50)));
  console.log(
    `p50 of all clicks, the better of these: ${best.toFixed(1)} ms; the aim is less than ${TARGET_P50_MS} on two cores ` +
      `with nothing else to do. Here: ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(2)} at the end.`,
  );
  for (const { person } of runs) await person.leave();
} finally {
  for (const server of servers) await server.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Converts a checkpoint by the command that people use. */
async function makeModel() {
  const checkpoint = join(folder, 'checkpoint.pt');
  await writeCheckpoint(checkpoint, model, { even: true });
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const identity = ['--id', model, '--license', 'Apache-2.0', '--models', join(folder, 'models')];
  await promisify(execFile)(process.execPath, [main, 'models', 'convert', checkpoint, ...identity]);
  await rm(checkpoint);
}

/** @returns {Waits} */
function noWaits() {
  return { first: [], refining: [], decodeMs: 0, decodes: 0, rleLengths: [] };
}

/**
 * Clicks one after the other, each as soon as the candidates of the one before are there.
 * @param {Annotator} person
 * @param {number} count
 * @param {Waits} waits what it took is added here
 */
async function clickOn(person, count, waits = noWaits()) {
  for (let i = 0; i < count; i++) {
    const { ms, candidates, nth } = await person.click();
    waits[nth === 0 ? 'first' : 'refining'].push(ms);
    waits.rleLengths.push(...candidates.map(({ mask }) => mask.rle.counts.length));
  }
}

/**
 * @param {number} count
 * @param {Waits} waits
 */
function rowsOf(count, { first, refining, decodeMs, decodes, rleLengths }) {
  const row = (/** @type {string} */ name, /** @type {number[]} */ values, /** @type {(string | number)[]} */ more) => {
    const inOrder = sorted(values);
    const times = [percentile(inOrder, 50), percentile(inOrder, 99), inOrder.at(-1) ?? NaN];
    return [count, name, values.length, ...times.map((ms) => ms.toFixed(1)), ...more];
  };
  const length = rleLengths.reduce((sum, one) => sum + one, 0) / rleLengths.length;
  return [
    row('first', first, ['', '']),
    row('refining', refining, ['', '']),
    row('all', [...first, ...refining], [(decodeMs / decodes).toFixed(1), length.toFixed(0)]),
  ];
}

/** @param {number[]} values */
function sorted(values) {
  return [...values].sort((a, b) => a - b);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      clicks: { type: 'string', default: '300' },
      threads: { type: 'string', default: '1,2' },
      model: { type: 'string', default: 'mobile-sam' },
    },
  });
  const unit = TURNS * CLICKS_PER_OBJECT;
  const counts = values.threads.split(',').map(Number);
  const asked = Number(values.clicks);
  const isThreads = (/** @type {number} */ n) => Number.isInteger(n) && n >= 1 && n <= 64;
  if (!(asked >= 1 && asked <= 100_000) || !counts.every(isThreads)) {
    console.error(
      `Expected --clicks 1 to 100000 and --threads a list like 1,2 of 1 to 64; got ${values.clicks} and ${values.threads}.`,
    );
    process.exit(2);
  }
  return { clicks: unit * Math.ceil(asked / unit), threads: counts, model: values.model };
}
