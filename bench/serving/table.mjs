/** @typedef {import('./serverProcess.mjs').Usage} Usage */

/**
 * One server's turn of a measurement.
 * @typedef {{ before: Usage, after: Usage, elapsedMs: number, latencies: number[], masks: number, encodes: number }} Turn
 */

/**
 * All turns of one server together.
 * @typedef {object} Summary
 * @property {number} p50 milliseconds from a click to its candidates
 * @property {number} p99
 * @property {number} clicksPerSecond
 * @property {number} masksPerSecond
 * @property {number} encodesPerSecond
 * @property {number | null} meanBatch null where the server has no batches
 * @property {number | null} largestBatch
 * @property {{ p50: number, p99: number, max: number }} loopDelayMs the median of the turns; for `max` the largest
 * @property {number | null} withoutCore share of the time in which the thread that serves waited for a core
 * @property {number | null} servingCpuMs per click, of the serving process
 * @property {number | null} cpuMs per click, of all its processes
 * @property {number | null} servingRss bytes at the end
 * @property {number | null} rss
 */

/**
 * @param {Turn[]} turns
 * @returns {Summary}
 */
export function summarize(turns) {
  const latencies = turns.flatMap((turn) => turn.latencies).sort((a, b) => a - b);
  const clicks = latencies.length;
  const elapsedSeconds = sum(turns.map(({ elapsedMs }) => elapsedMs)) / 1000;
  const { batches, largestBatch } = batchesOf(turns);
  const waited = sum(turns.map(({ before, after }) => (after.withoutCoreMs ?? 0) - (before.withoutCoreMs ?? 0)));
  const last = turns.at(-1)?.after;
  const cpuMs = (/** @type {'serving' | 'children'} */ which) =>
    last?.[which]
      ? sum(turns.map(({ before, after }) => (after[which]?.cpuMs ?? 0) - (before[which]?.cpuMs ?? 0)))
      : null;
  const [servingCpuMs, childrenCpuMs] = [cpuMs('serving'), cpuMs('children')];
  const delay = (/** @type {'p50' | 'p99'} */ which) =>
    percentile(
      turns.map(({ after }) => after.loopDelayMs[which]).sort((a, b) => a - b),
      50,
    );
  return {
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    clicksPerSecond: clicks / elapsedSeconds,
    masksPerSecond: sum(turns.map(({ masks }) => masks)) / elapsedSeconds,
    encodesPerSecond: sum(turns.map(({ encodes }) => encodes)) / elapsedSeconds,
    meanBatch: batches > 0 ? clicks / batches : null,
    largestBatch,
    loopDelayMs: {
      p50: delay('p50'),
      p99: delay('p99'),
      max: Math.max(...turns.map(({ after }) => after.loopDelayMs.max)),
    },
    withoutCore:
      last?.withoutCoreMs == null ? null : waited / sum(turns.map(({ before, after }) => after.at - before.at)),
    servingCpuMs: servingCpuMs === null ? null : servingCpuMs / clicks,
    cpuMs: servingCpuMs === null ? null : (servingCpuMs + (childrenCpuMs ?? 0)) / clicks,
    servingRss: last?.serving?.rssBytes ?? null,
    rss: last?.serving ? last.serving.rssBytes + (last.children?.rssBytes ?? 0) : null,
  };
}

/** @param {Turn[]} turns */
function batchesOf(turns) {
  const batches = sum(turns.map(({ before, after }) => after.batches.count - before.batches.count));
  let largestBatch = null;
  let below = 0;
  for (const size of turns[0]?.after.batches.upTo.keys() ?? []) {
    const upTo = sum(
      turns.map(({ before, after }) => (after.batches.upTo.get(size) ?? 0) - (before.batches.upTo.get(size) ?? 0)),
    );
    if (upTo > below) largestBatch = size;
    below = upTo;
  }
  return { batches, largestBatch };
}

const MIB = 2 ** 20;
/** @type {[title: string, width: number, cell: (summary: Summary) => string][]} */
const columns = [
  ['p50 ms', 8, ({ p50 }) => p50.toFixed(1)],
  ['p99 ms', 8, ({ p99 }) => p99.toFixed(1)],
  ['clicks/s', 9, ({ clicksPerSecond }) => clicksPerSecond.toFixed(1)],
  ['masks/s', 8, ({ masksPerSecond }) => masksPerSecond.toFixed(1)],
  ['batch mean', 11, ({ meanBatch }) => meanBatch?.toFixed(1) ?? '–'],
  ['at most', 8, ({ largestBatch }) => largestBatch?.toFixed() ?? '–'],
  ['loop p50', 9, ({ loopDelayMs }) => loopDelayMs.p50.toFixed(1)],
  ['p99', 7, ({ loopDelayMs }) => loopDelayMs.p99.toFixed(1)],
  ['max', 8, ({ loopDelayMs }) => loopDelayMs.max.toFixed(1)],
  ['no core', 9, ({ withoutCore }) => (withoutCore === null ? '–' : `${(100 * withoutCore).toFixed(1)}%`)],
  ['CPU ms serving', 15, ({ servingCpuMs }) => servingCpuMs?.toFixed(2) ?? '–'],
  ['all', 7, ({ cpuMs }) => cpuMs?.toFixed(2) ?? '–'],
  ['RSS MiB serving', 16, ({ servingRss }) => (servingRss === null ? '–' : (servingRss / MIB).toFixed())],
  ['all', 6, ({ rss }) => (rss === null ? '–' : (rss / MIB).toFixed())],
  ['encodes/s', 10, ({ encodesPerSecond }) => encodesPerSecond.toFixed(1)],
];

export const header = 'sessions server  ' + columns.map(([title, width]) => title.padStart(width)).join('');

/**
 * @param {string} server
 * @param {number} sessions
 * @param {Summary} summary
 */
export function row(server, sessions, summary) {
  const cells = columns.map(([, width, cell]) => cell(summary).padStart(width)).join('');
  return `${String(sessions).padStart(8)} ${server.padEnd(8)}${cells}`;
}

/** How many times the first is better than the second. @param {Summary[]} summaries */
export function ratioRow([ours, other]) {
  if (!ours || !other) throw new Error('Expected two summaries.');
  const times = (/** @type {number} */ ratio) => `x${ratio.toFixed(2)}`;
  return (
    ' '.repeat(17) +
    times(other.p50 / ours.p50).padStart(8) +
    times(other.p99 / ours.p99).padStart(8) +
    times(ours.clicksPerSecond / other.clicksPerSecond).padStart(9) +
    times(ours.masksPerSecond / other.masksPerSecond).padStart(8)
  );
}

/** @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * The smallest value that at least so many percent do not exceed; NaN where there are none.
 * @param {number[]} sorted
 * @param {number} percent
 */
export function percentile(sorted, percent) {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? NaN;
}
