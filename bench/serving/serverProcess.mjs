import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What prom-client's event loop monitor measures is the interval of a timer of this length. */
const MONITOR_INTERVAL_MS = 10;
const CLOCK_TICKS_PER_SECOND = 100;

/**
 * What a server used at one time. CPU and memory are of the serving process and, in `children`, of the processes below
 * it; null where the system has no /proc.
 * @typedef {object} Usage
 * @property {number} at `performance.now()`
 * @property {{ cpuMs: number, rssBytes: number } | null} serving
 * @property {{ cpuMs: number, rssBytes: number } | null} children
 * @property {{ p50: number, p99: number, max: number }} loopDelayMs since the usage before
 * @property {number | null} withoutCoreMs how long the thread that serves was ready to run and had no core, since the
 *   start
 * @property {{ count: number, sum: number, upTo: Map<number, number> }} batches sizes, since the start; `upTo`: how many
 *   were of at most so many decodes
 * @property {number} encodes since the start
 * @property {number} decodeMs in the inference process, of all batches since the start
 */

/** A server in a process of its own, on a free port. */
export class ServerProcess {
  /**
   * @param {string} name
   * @param {string} url
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} folder
   */
  constructor(name, url, child, folder) {
    this.name = name;
    this.url = url;
    this.child = child;
    this.folder = folder;
  }

  /** @param {string[]} more options of `maskwire serve` */
  static maskwire(more = []) {
    return ServerProcess.#start('maskwire', '../../dist/main.js', (folder) => [
      ...['serve', '--port', '0', '--data', folder, '--log-level', 'warn', ...more],
    ]);
  }

  static naive() {
    return ServerProcess.#start('naive', './naive.mjs', () => []);
  }

  /**
   * @param {string} name
   * @param {string} file
   * @param {(folder: string) => string[]} args
   */
  static async #start(name, file, args) {
    const folder = await mkdtemp(join(tmpdir(), 'bench-serving-'));
    const script = fileURLToPath(new URL(file, import.meta.url));
    const child = spawn(process.execPath, [script, ...args(folder)], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = / ready (\S+)$/.exec(line)?.[1];
      if (url) return new ServerProcess(name, url, child, folder);
    }
    throw new Error(`${name} ended before it was ready.`);
  }

  /** @returns {Promise<Usage>} */
  async usage() {
    const metrics = await (await globalThis.fetch(`${this.url}/metrics`)).text();
    const value = (/** @type {string} */ name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? 0);
    const delay = (/** @type {string} */ which) =>
      Math.max(0, value(`nodejs_eventloop_lag_${which}_seconds`) * 1000 - MONITOR_INTERVAL_MS);
    const buckets = metrics.matchAll(/^maskwire_decode_batch_size_bucket\{le="(\d+)"\} (\d+)$/gm);
    const pid = this.child.pid ?? 0;
    return {
      at: performance.now(),
      serving: await processUsage([pid]),
      children: await processUsage(await childrenOf(pid)),
      loopDelayMs: { p50: delay('p50'), p99: delay('p99'), max: delay('max') },
      withoutCoreMs: await withoutCoreMs(pid),
      batches: {
        count: value('maskwire_decode_batch_size_count'),
        sum: value('maskwire_decode_batch_size_sum'),
        upTo: new Map(Array.from(buckets, ([, size, count]) => [Number(size), Number(count)])),
      },
      encodes: value('maskwire_encode_seconds_count'),
      decodeMs: 1000 * value('maskwire_decode_batch_seconds_sum'),
    };
  }

  async stop() {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** @param {number[]} pids */
async function processUsage(pids) {
  let [cpuMs, rssBytes] = [0, 0];
  try {
    for (const pid of pids) {
      // The fields after the name, which stands in brackets: the 14th and 15th of all are user and system ticks.
      const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
      cpuMs += ((Number(fields[11]) + Number(fields[12])) * 1000) / CLOCK_TICKS_PER_SECOND;
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      rssBytes += Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
    }
  } catch {
    return null;
  }
  return { cpuMs, rssBytes };
}

/** @param {number} pid */
async function withoutCoreMs(pid) {
  try {
    const [, waitedNs] = (await readFile(`/proc/${pid}/task/${pid}/schedstat`, 'utf8')).split(' ');
    return Number(waitedNs) / 1e6;
  } catch {
    return null;
  }
}

/** @param {number} pid */
async function childrenOf(pid) {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    const lists = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8')));
    return lists.join(' ').split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
