import { performance } from 'node:perf_hooks';
import { spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pngDataUrl } from '#src/masks/png.js';
import { polygonsFromRuns, svgPath } from '#src/masks/polygons.js';
import { DEFAULT_REPRESENTATION_CACHE_BYTES, MAX_TOLERANCE, MaskRepresentations } from '#src/masks/representations.js';
import { decodeRle, encodeRle, type Rle } from '#src/masks/rle.js';
import { draw, noise, runsOf } from './samples.js';

const small = encodeRle(runsOf(draw('.##.', '.#.#', '####')));
const empty = encodeRle(runsOf(draw('....', '....')));

/** Noise takes long to outline. */
function large(seed: number): Rle {
  const pixels = Uint8Array.from(noise(600, 600, seed), (value) => (value > 0 ? 1 : 0));
  return encodeRle(runsOf({ width: 600, height: 600, pixels }));
}

/** A one pixel high mask of its own for each number. */
function numbered(n: number): Rle {
  return encodeRle(runsOf(draw(n.toString(2).padStart(12, '.').replaceAll('1', '#'))));
}

/** Who asks where it does not matter who does. */
const me = {};

/** Every worker that this process starts. */
let workers: Worker[];
let onWorker: (worker: Worker) => void;
const listen = (message: unknown) => {
  const { worker } = message as { worker: Worker };
  workers.push(worker);
  onWorker(worker);
};

let representations: MaskRepresentations;

beforeEach(() => {
  workers = [];
  onWorker = () => undefined;
  subscribe('worker_threads', listen);
  representations = new MaskRepresentations();
});

afterEach(async () => {
  unsubscribe('worker_threads', listen);
  await representations.close();
});

describe('forms of a mask', () => {
  it('are what the functions behind them give', async () => {
    const runs = decodeRle(small);
    for (const tolerance of [0, 1, MAX_TOLERANCE]) {
      const rings = polygonsFromRuns(runs, tolerance);
      expect(await representations.polygons(small, tolerance, me)).toEqual(rings.map((ring) => Array.from(ring)));
      expect(await representations.svgPath(small, tolerance, me)).toBe(svgPath(rings));
    }
    expect(await representations.png(small, me)).toBe(pngDataUrl(runs));
  });

  it('of an empty mask are no rings, an empty path and no PNG, also from the cache', async () => {
    for (let i = 0; i < 2; i++) {
      expect(await representations.polygons(empty, 0, me)).toEqual([]);
      expect(await representations.svgPath(empty, 0, me)).toBe('');
      expect(await representations.png(empty, me)).toBeNull();
    }
  });

  it('of masks with the same counts and other sizes are told apart', async () => {
    const wide = { size: [1, 12], counts: small.counts } as const;
    const tall = { size: [12, 1], counts: small.counts } as const;
    expect(await representations.polygons(wide, 0, me)).not.toEqual(await representations.polygons(tall, 0, me));
  });

  it('answers BAD_USER_INPUT for a malformed mask, and works on', async () => {
    await expect(representations.png({ size: [3, 4], counts: '!' }, me)).rejects.toMatchObject({
      name: 'MaskwireError',
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('got "!" at 0') as string,
    });
    await expect(representations.png({ size: [1e9, 1e9], counts: '0' }, me)).rejects.toMatchObject({
      code: 'TOO_LARGE',
      details: { limit: 'maxMaskPixels' },
    });
    expect(await representations.png(small, me)).toMatch(/^data:image\/png;base64,/);
    expect(workers).toHaveLength(1);
  });

  it.each([-0.1, MAX_TOLERANCE + 0.1, NaN, Infinity])(
    'answers BAD_USER_INPUT for a tolerance of %d',
    async (tolerance) => {
      const refusal = { code: 'BAD_USER_INPUT', message: `tolerance must be 0 to 100 pixels, got ${tolerance}.` };
      await expect(representations.polygons(small, tolerance, me)).rejects.toMatchObject(refusal);
      await expect(representations.svgPath(small, tolerance, me)).rejects.toMatchObject(refusal);
    },
  );
});

describe('the cache', () => {
  it('computes a form once for all who ask at the same time, and keeps it', async () => {
    const rle = large(1);
    const copy = { size: [...rle.size] as const, counts: rle.counts };
    const [first, second, other] = await Promise.all([
      representations.polygons(rle, 1, me),
      representations.polygons(copy, 1, me),
      representations.polygons(rle, 2, me),
    ]);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
    expect(await representations.polygons(rle, 1, me)).toBe(first);
  });

  it('keeps forms within its budget of bytes only', async () => {
    // A form of the small mask takes a few hundred bytes.
    const bounded = new MaskRepresentations({ cacheBytes: 1000 });
    const first = await bounded.polygons(small, 0, me);
    expect(await bounded.polygons(small, 0, me)).toBe(first);
    for (let n = 1; n < 20; n++) await bounded.polygons(numbered(n), 0, me);
    const again = await bounded.polygons(small, 0, me);
    expect(again).not.toBe(first);
    expect(again).toEqual(first);
    const tooLarge = large(1);
    expect(await bounded.polygons(tooLarge, 0, me)).not.toBe(await bounded.polygons(tooLarge, 0, me));
    await bounded.close();
    expect(DEFAULT_REPRESENTATION_CACHE_BYTES).toBe(64 * 1024 * 1024);
  });

  it('keeps nothing within a budget of 0', async () => {
    representations = new MaskRepresentations({ cacheBytes: 0 });
    expect(await representations.polygons(small, 0, me)).not.toBe(await representations.polygons(small, 0, me));
  });

  it('does not keep a failure', async () => {
    onWorker = (worker) => void worker.terminate();
    await expect(representations.png(small, me)).rejects.toThrow('died 2 times');
    onWorker = () => undefined;
    expect(await representations.png(small, me)).toMatch(/^data:/);
  });
});

describe('the worker', () => {
  it('starts with the first request and serves the next ones', async () => {
    expect(workers).toHaveLength(0);
    await representations.png(small, me);
    await representations.png(large(1), me);
    expect(workers).toHaveLength(1);
  });

  it('leaves the thread that asks free', async () => {
    const rle = large(4);
    await representations.png(small, me);
    const before = performance.eventLoopUtilization();
    await representations.svgPath(rle, 1, me);
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
  });

  it('starts again after it died', async () => {
    await representations.png(small, me);
    await workers[0]?.terminate();
    expect(await representations.svgPath(small, 0, me)).toBe(svgPath(polygonsFromRuns(decodeRle(small), 0)));
    expect(workers).toHaveLength(2);
  });

  it('runs a request again that it died of once, and those behind it', async () => {
    const requests = [
      representations.svgPath(small, 0, me),
      representations.svgPath(small, 1, me),
      representations.png(small, me),
    ];
    await workers[0]?.terminate();
    const runs = decodeRle(small);
    expect(await Promise.all(requests)).toEqual([
      svgPath(polygonsFromRuns(runs, 0)),
      svgPath(polygonsFromRuns(runs, 1)),
      pngDataUrl(runs),
    ]);
    expect(workers).toHaveLength(2);
  });

  it('gives a request up that it died of twice, and serves those behind it', async () => {
    onWorker = (worker) => void (workers.length <= 2 && worker.terminate());
    const poison = representations.png(small, me);
    const next = representations.svgPath(small, 0, me);
    await expect(poison).rejects.toThrow('The worker for mask forms died 2 times of one task.');
    expect(await next).toBe(svgPath(polygonsFromRuns(decodeRle(small), 0)));
    expect(workers).toHaveLength(3);
  });

  it('answers UNAVAILABLE to whoever waits when it is closed, and after', async () => {
    const requests = [
      representations.png(large(1), me),
      representations.png(large(2), me),
      representations.png(large(3), me),
    ];
    const answers = Promise.allSettled(requests);
    await representations.close();
    for (const answer of await answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    }
    await expect(representations.png(small, me)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(workers).toHaveLength(1);
  });

  it('keeps the process alive while it computes and no longer', async () => {
    const script = `
      import('#src/masks/representations.js')
        .then(({ MaskRepresentations }) => new MaskRepresentations().png(${JSON.stringify(small)}, {}))
        .then(console.log);
    `;
    const child = spawn(process.execPath, ['--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 20_000,
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(output.trim()).toBe(pngDataUrl(decodeRle(small)));
  });
});

describe('many forms at a time', () => {
  /** Numbers of the masks in the order in which their PNGs came. */
  function inOrder(asked: readonly (readonly [n: number, asker: object])[]): Promise<number[]> {
    const order: number[] = [];
    return Promise.all(
      asked.map(([n, asker]) => representations.png(numbered(n), asker).then(() => order.push(n))),
    ).then(() => order);
  }

  it('are computed by turns of those who ask, so that one who asks for few does not wait for one who asks for many', async () => {
    const [query, subscriber] = [{}, {}];
    const many = Array.from({ length: 300 }, (_, n) => [n, query] as const);
    const order = await inOrder([...many, [1000, subscriber], [1001, subscriber]]);
    // The first one ran already when the subscriber came.
    expect(order.slice(0, 6)).toEqual([0, 1, 1000, 2, 1001, 3]);
    expect(order).toHaveLength(302);
  });

  it('are computed early where someone asks whose turn is sooner, and once', async () => {
    const computed: string[] = [];
    representations = new MaskRepresentations({ onComputed: (kind) => computed.push(kind) });
    const [query, subscriber] = [{}, {}];
    const many = Array.from({ length: 300 }, (_, n) => [n, query] as const);
    const order = await inOrder([...many, [299, subscriber]]);
    expect(order.slice(0, 4)).toEqual([0, 1, 299, 299]);
    expect(computed).toHaveLength(300);
  });

  it('are all computed where one operation asks for those of a full session', async () => {
    const forms = Array.from({ length: 2_000 }, (_, n) => representations.png(numbered(n), me));
    expect((await Promise.all(forms)).slice(1).every((png) => png?.startsWith('data:'))).toBe(true);
  });

  it('beyond the bound answer OVERLOADED, with the time to wait, to whoever asks for most', async () => {
    representations = new MaskRepresentations({ maxWaiting: 10 });
    const [query, subscriber] = [{}, {}];
    // One runs, ten wait.
    const accepted = Array.from({ length: 11 }, (_, n) => representations.png(numbered(n), query));
    await expect(representations.png(numbered(11), query)).rejects.toMatchObject({
      code: 'OVERLOADED',
      details: { limit: 'maxWaitingMaskForms', retryAfterMs: 1000 },
    });
    const refused = accepted.pop();
    const single = representations.png(numbered(1000), subscriber);
    await expect(refused).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(await single).toMatch(/^data:/);
    expect(await Promise.all(accepted)).toHaveLength(10);
    expect(await representations.png(numbered(11), query)).toMatch(/^data:/);
  });

  it('leave a form to those who still want it when one of them is refused', async () => {
    representations = new MaskRepresentations({ maxWaiting: 4 });
    const [query, subscriber] = [{}, {}];
    const asked = [0, 1, 2, 3, 4].map((n) => representations.png(numbered(n), query));
    const shared = representations.png(numbered(4), subscriber);
    await expect(asked[4]).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect(await shared).toMatch(/^data:/);
    expect(await Promise.all(asked.slice(0, 4))).toHaveLength(4);
  });
});
