// Timing of graphs that take turns, so that what else the machine does falls on all of them alike.
import { InferenceSession } from 'onnxruntime-node';
import { setTimeout } from 'node:timers/promises';
import { loadavg, cpus } from 'node:os';

/** Opens a graph on a number of threads, as the server does. */
export function openSession(path, threads) {
  return InferenceSession.create(path, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
}

/** Long enough for the threads of the graph that ran before to stop waiting busily. */
const PAUSE_MS = 60;

/**
 * Runs each of the named functions `rounds` times in turn, each time after a pause and one run that is not counted: the
 * caches and threads were left to another graph.
 * @param each is called at the start of each round.
 * @returns min and median in milliseconds by name.
 */
export async function interleaved(tasks, rounds, each = () => Promise.resolve()) {
  const times = new Map(Object.keys(tasks).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    await each();
    for (const [name, task] of Object.entries(tasks)) {
      await setTimeout(PAUSE_MS);
      await task();
      const start = process.hrtime.bigint();
      await task();
      times.get(name).push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }
  return new Map(
    [...times].map(([name, values]) => {
      const sorted = values.sort((a, b) => a - b);
      return [name, { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)] }];
    }),
  );
}

export function describeMachine() {
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} CPUs, load ${loadavg()[0].toFixed(2)} at the start`;
}

export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  return rows.map((row) => row.map((cell, column) => String(cell).padEnd(widths[column])).join('  ')).join('\n');
}
