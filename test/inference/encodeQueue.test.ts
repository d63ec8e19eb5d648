import { describe, expect, it } from 'vitest';
import { EncodeQueue } from '#src/inference/encodeQueue.js';
import type { EncodeProgress } from '#src/inference/inference.js';

/** Work that ends when the test says so. */
function controlledWork(onDisk: readonly string[] = []) {
  const running = new Map<string, { end: () => void; fail: (error: Error) => void }>();
  let begun = () => undefined as unknown;
  const work = {
    load: (imageId: string) => Promise.resolve(onDisk.includes(imageId)),
    encode: (imageId: string, _modelId: string, began: () => void) =>
      new Promise<void>((resolve, reject) => {
        running.set(imageId, { end: resolve, fail: reject });
        began();
        begun();
      }),
    depthChanged: () => undefined,
  };
  /** Resolves when the encode of this image has begun. */
  const started = async (imageId: string) => {
    while (!running.has(imageId)) await new Promise<void>((resolve) => (begun = resolve));
    const control = running.get(imageId);
    if (control === undefined) throw new Error('expected the encode to run.');
    return control;
  };
  return { work, running, started };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code,
  );

describe('EncodeQueue', () => {
  it('encodes one at a time, in order, and tells each its place as it changes', async () => {
    const { work, running, started } = controlledWork();
    const queue = new EncodeQueue(work, 10);
    const told: string[] = [];
    const listen = (id: string) => (progress: EncodeProgress) =>
      void told.push(`${id} ${progress.phase} ${progress.position}`);
    const a = queue.encode('a', 'm', listen('a'));
    const b = queue.encode('b', 'm', listen('b'));
    const c = queue.encode('c', 'm', listen('c'));
    const first = await started('a');
    expect([...running.keys()]).toEqual(['a']);
    first.end();
    await a;
    (await started('b')).end();
    await b;
    (await started('c')).end();
    await c;
    expect(told).toEqual([
      ...['a queued 0', 'b queued 1', 'c queued 2', 'a encoding 0'],
      ...['b queued 0', 'c queued 1', 'b encoding 0', 'c queued 0', 'c encoding 0'],
    ]);
    expect(queue.depth).toBe(0);
  });

  it('shares one encode among all who ask for it, and tells the progress to those who come later', async () => {
    const { work, started } = controlledWork();
    const queue = new EncodeQueue(work, 10);
    const first = queue.encode('a', 'm');
    const control = await started('a');
    const told: EncodeProgress[] = [];
    const second = queue.encode('a', 'm', (progress) => told.push(progress));
    expect(told).toEqual([{ phase: 'encoding', position: 0 }]);
    control.end();
    await Promise.all([first, second]);
    expect(queue.depth).toBe(0);
  });

  it('tells those whose turn has come that they wait until the encode itself begins, once', async () => {
    const { work, started } = controlledWork();
    let begin = () => undefined as unknown;
    const loading = {
      ...work,
      encode: (imageId: string, modelId: string, began: () => void) => {
        begin = began;
        return work.encode(imageId, modelId, () => undefined);
      },
    };
    const queue = new EncodeQueue(loading, 10);
    const told: EncodeProgress[] = [];
    const encoded = queue.encode('a', 'm', (progress) => told.push(progress));
    const control = await started('a');
    expect(told).toEqual([{ phase: 'queued', position: 0 }]);
    begin();
    // Again, as where the process was lost and begins anew.
    begin();
    control.end();
    await encoded;
    expect(told).toEqual([
      { phase: 'queued', position: 0 },
      { phase: 'encoding', position: 0 },
    ]);
  });

  it('does not queue what is on disk', async () => {
    const { work, started } = controlledWork(['b']);
    const queue = new EncodeQueue(work, 1);
    const a = queue.encode('a', 'm');
    const control = await started('a');
    await queue.encode('b', 'm', () => expect.unreachable('no progress is told'));
    control.end();
    await a;
  });

  it('answers OVERLOADED, with a time to try again, to one more than may queue', async () => {
    const { work, started } = controlledWork();
    const queue = new EncodeQueue(work, 2);
    const a = queue.encode('a', 'm');
    const b = queue.encode('b', 'm');
    await started('a');
    await expect(queue.encode('c', 'm')).rejects.toMatchObject({
      code: 'OVERLOADED',
      details: { retryAfterMs: expect.any(Number) as number },
    });
    expect(() => queue.admit('c', 'm')).toThrow(/At most 2 encodes/);
    (await started('a')).end();
    await a;
    queue.admit('c', 'm')();
    (await started('b')).end();
    await b;
  });

  it('counts those that were admitted and have not asked yet, each image once, and those that are looked for on disk', async () => {
    const { work, started } = controlledWork();
    const queue = new EncodeQueue(work, 2);
    const a = queue.admit('a', 'm');
    const again = queue.admit('a', 'm');
    const b = queue.admit('b', 'm');
    const refused = () => queue.admit('c', 'm');
    expect(refused).toThrow(/At most 2 encodes/);
    b();
    const c = queue.admit('c', 'm');
    expect(() => queue.admit('b', 'm')).toThrow(/At most 2 encodes/);
    const encodes = [queue.encode('a', 'm'), queue.encode('c', 'm')];
    // Nothing has found out yet whether they are on disk.
    for (const asked of [a, again, c]) asked();
    expect(queue.depth).toBe(0);
    expect(() => queue.admit('b', 'm')).toThrow(/At most 2 encodes/);
    queue.admit('a', 'm')();
    for (const id of ['a', 'c']) (await started(id)).end();
    await Promise.all(encodes);
    queue.admit('b', 'm')();
  });

  it('goes on after one that failed, which may be tried again', async () => {
    const { work, running, started } = controlledWork();
    const queue = new EncodeQueue(work, 10);
    const a = queue.encode('a', 'm');
    const b = queue.encode('b', 'm');
    (await started('a')).fail(new Error('no'));
    await expect(a).rejects.toThrow('no');
    (await started('b')).end();
    await b;
    running.clear();
    const again = queue.encode('a', 'm');
    (await started('a')).end();
    await again;
  });

  it('refuses what waits when it closes, and lets the running one end', async () => {
    const { work, started } = controlledWork();
    const queue = new EncodeQueue(work, 10);
    const outcomes = ['a', 'b', 'c'].map((id) => codeOf(queue.encode(id, 'm')));
    const control = await started('a');
    queue.close();
    expect(await Promise.all(outcomes.slice(1))).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
    expect(await codeOf(queue.encode('d', 'm'))).toBe('UNAVAILABLE');
    control.end();
    expect(await outcomes[0]).toBe('done');
  });
});
