// What people wait for: the time from a click to its candidates on the socket, for maskwire and for a naive server, in
// turns in one run (see docs/performance.md). Needs `npm run build` first:
//   node bench/serving.mjs --seconds 8 --sessions 1,8,32
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Annotator, encodeNewImages } from './serving/annotator.mjs';
import { ServerProcess } from './serving/serverProcess.mjs';
import { header, ratioRow, row, summarize } from './serving/table.mjs';

/** @typedef {import('./serving/annotator.mjs').Picture} Picture */

/** Each server's time of a measurement comes in so many turns, so that both meet the same weather on the machine. */
const TURNS = 4;
/** Clicks of each session before anything counts; what they are answered must be the same by both servers. */
const FIRST_CLICKS = 4;
/** A difference of area, as a share, that a different order of sums in the same model can make. */
const AREA_TOLERANCE = 0.02;
/** Images that are encoded or wait, where the encoder is to be busy. */
const NEW_IMAGES_AT_ONCE = 2;
const MAX_SECONDS = 60;
const MAX_SESSIONS = 60;

/** @type {{ title: string, form: 'rle' | 'full', encoding: boolean }[]} */
const workloads = [
  { title: 'Masks as RLE', form: 'rle', encoding: false },
  { title: 'Masks as RLE, polygons and PNG', form: 'full', encoding: false },
  { title: 'Masks as RLE, while new images are encoded', form: 'rle', encoding: true },
];

const { seconds, sessionCounts } = readOptions();
const pictures = await readPictures();
console.log(
  `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), Node ${process.version}, ` +
    `${seconds} s for each row, load of the machine at the start ${load()}`,
);
const servers = [await ServerProcess.maskwire(), await ServerProcess.naive()];
try {
  for (const { title, form, encoding } of workloads) {
    console.log(`\n${title}\n${header}`);
    for (const count of sessionCounts) {
      const results = await measure(count, form, encoding);
      for (const [i, result] of results.entries()) console.log(row(servers[i]?.name ?? '', count, result));
      console.log(`${ratioRow(results)}   load ${load()}`);
    }
  }
} finally {
  for (const server of servers) await server.stop();
}

/**
 * @param {number} count sessions at one time
 * @param {'rle' | 'full'} form
 * @param {boolean} encoding
 */
async function measure(count, form, encoding) {
  const people = [];
  for (const server of servers) {
    const ofServer = [];
    for (let i = 0; i < count; i++) ofServer.push(await Annotator.join(server.url, pictureOf(i), i, form));
    people.push(ofServer);
  }
  await assertSameMasks(people);
  /** @type {import('./serving/table.mjs').Turn[][]} */
  const turns = servers.map(() => []);
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [i, server] of servers.entries()) {
      const taken = await takeTurn(server, people[i] ?? [], encoding);
      // The first one only warms up.
      if (turn > 0) turns[i]?.push(taken);
    }
  }
  for (const annotator of people.flat()) await annotator.leave();
  return turns.map(summarize);
}

/**
 * @param {ServerProcess} server
 * @param {Annotator[]} annotators
 * @param {boolean} encoding
 * @returns {Promise<import('./serving/table.mjs').Turn>}
 */
async function takeTurn(server, annotators, encoding) {
  // Whatever the turn before left behind.
  await setTimeout(100);
  const before = await server.usage();
  const began = performance.now();
  const over = () => performance.now() - began > (seconds * 1000) / TURNS;
  const encoders = Array.from({ length: encoding ? NEW_IMAGES_AT_ONCE : 0 }, () =>
    encodeNewImages(server.url, pictureOf(0), over),
  );
  /** @type {number[]} */
  const latencies = [];
  let masks = 0;
  await Promise.all(
    annotators.map(async (annotator) => {
      while (!over()) {
        const { ms, candidates } = await annotator.click();
        latencies.push(ms);
        masks += candidates.length;
      }
    }),
  );
  const elapsedMs = performance.now() - began;
  const encodes = (await Promise.all(encoders)).reduce((sum, n) => sum + n, 0);
  return { before, after: await server.usage(), elapsedMs, latencies, masks, encodes };
}

/**
 * Clicks the same in the sessions of both servers.
 * @param {Annotator[][]} people
 */
async function assertSameMasks(people) {
  for (let click = 0; click < FIRST_CLICKS; click++) {
    const [ours = [], theirs = []] = await Promise.all(
      people.map((annotators) =>
        Promise.all(annotators.map(async (annotator) => (await annotator.click()).candidates.map(({ area }) => area))),
      ),
    );
    ours.forEach((areas, i) => {
      const others = theirs[i] ?? [];
      const same =
        areas.length === others.length &&
        areas.every((area, j) => Math.abs(area - (others[j] ?? 0)) <= AREA_TOLERANCE * Math.max(area, 1000));
      if (!same) throw new Error(`The servers answered masks of areas ${areas.join(', ')} and ${others.join(', ')}.`);
    });
  }
}

/** @param {number} i */
function pictureOf(i) {
  const picture = pictures[i % pictures.length];
  if (!picture) throw new Error('There are no sample pictures.');
  return picture;
}

/** @returns {Promise<Picture[]>} */
function readPictures() {
  return Promise.all(
    ['desk', 'street', 'aquarium', 'fruit-bowl'].map(async (name) => {
      const file = new URL(`../samples/${name}`, import.meta.url);
      const { image, annotations } = JSON.parse(await readFile(`${file.pathname}.json`, 'utf8'));
      return {
        bytes: await readFile(`${file.pathname}.jpg`),
        width: image.width,
        height: image.height,
        points: annotations.map((/** @type {{ point_coords: number[][] }} */ { point_coords: [point = []] }) => ({
          x: point[0] ?? 0,
          y: point[1] ?? 0,
        })),
      };
    }),
  );
}

function load() {
  return (loadavg()[0] ?? 0).toFixed(1);
}

function readOptions() {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '8' }, sessions: { type: 'string', default: '1,8,32' } },
  });
  const seconds = Number(values.seconds);
  const sessionCounts = values.sessions.split(',').map(Number);
  const isCount = (/** @type {number} */ n) => Number.isInteger(n) && n >= 1 && n <= MAX_SESSIONS;
  if (!(seconds > 0 && seconds <= MAX_SECONDS) || !sessionCounts.every(isCount)) {
    console.error(
      `Expected --seconds above 0 to ${MAX_SECONDS} and --sessions a list like 1,8,32 of 1 to ${MAX_SESSIONS}; ` +
        `got ${values.seconds} and ${values.sessions}.`,
    );
    process.exit(2);
  }
  return { seconds, sessionCounts };
}
