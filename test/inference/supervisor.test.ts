import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Candidate, DecodeRequest } from '#src/inference/inference.js';
import {
  click,
  decode,
  fixtureModel,
  jobOf,
  MODEL_ID,
  startInference,
  startSupervisor,
  step,
  temporaryFolder,
  type Running,
} from './support.js';

/** For tests that need no process of their own. Each takes images of its own. */
let shared: Running;

beforeAll(async () => {
  shared = await startSupervisor(await mkdtemp(join(tmpdir(), 'maskwire-inference-')));
});

afterAll(async () => {
  await shared.inference.close();
  await rm(shared.dataFolder, { recursive: true });
});

beforeEach(() => shared.seen.clear());

describe('InferenceSupervisor', () => {
  it('describes its models and becomes ready', async () => {
    const { inference } = shared;
    expect(inference.models[0]).toEqual({
      id: MODEL_ID,
      name: 'Compact',
      license: 'Apache-2.0',
      promptKinds: ['POINT', 'BOX', 'MASK'],
      backgroundClicks: true,
      maxPoints: null,
      inputLongestSide: (await fixtureModel()).frame,
    });
    await inference.encode('image-21', MODEL_ID);
    expect(inference.ready).toBe(true);
  });

  it('answers three candidates to a first click and one to what refines it, at the size of the image', async () => {
    const { inference } = shared;
    const first = step([click(150, 140)]);
    const offered = await decode(inference, 'image-31', first);
    expect(offered).toHaveLength(3);
    expect(offered.map(({ predictedIou }) => predictedIou)).toEqual(
      offered.map(({ predictedIou }) => predictedIou).sort((a, b) => b - a),
    );
    const refined = await decode(inference, 'image-31', first, step([click(150, 140), click(200, 150)]));
    expect(refined).toHaveLength(1);
    for (const { rle, boundingBox, area } of [...offered, ...refined]) {
      expect(rle.size).toEqual([360, 480]);
      expect(area).toBeGreaterThan(0);
      expect(boundingBox).not.toBeNull();
    }
  });

  it('answers the same masks after forgetting the logits of earlier steps', async () => {
    const { inference, seen } = shared;
    const steps = [[click(150, 140)], [click(150, 140), click(190, 150)]].map((prompts) => step(prompts));
    const last = step([...(steps[1]?.prompts ?? []), click(400, 300, 'BACKGROUND')]);
    for (const end of [1, 2]) await decode(inference, 'image-41', ...steps.slice(0, end));
    const before = await decode(inference, 'image-41', ...steps, last);
    inference.forget('step-');
    expect(await decode(inference, 'image-41', ...steps, last)).toEqual(before);
    expect(seen.warnings).toEqual([]);
  });

  it('decodes different images in one batch as it decodes them alone', async () => {
    const { inference, seen } = shared;
    const ids = ['image-51', 'image-52', 'image-53', 'image-54'];
    const alone: (readonly Candidate[])[] = [];
    for (const id of ids) alone.push(await decode(inference, id, step([click(150, 140)])));
    seen.batches.length = 0;
    const together = await Promise.all(ids.map((id) => decode(inference, id, step([click(150, 140)]))));
    expect(seen.batches).toEqual([4]);
    together.forEach((candidates, i) => {
      expect(candidates.map(({ area }) => area)).toEqual(alone[i]?.map(({ area }) => area));
    });
  });

  it('encodes an image once for all who ask at the same time', async () => {
    const { inference, seen } = shared;
    await Promise.all([
      inference.encode('image-61', MODEL_ID),
      inference.encode('image-61', MODEL_ID),
      decode(inference, 'image-61', step([click(100, 100)])),
      decode(inference, 'image-61', step([click(200, 100)])),
    ]);
    expect(seen.encodes).toHaveLength(1);
  });

  it('does not encode again what an earlier process left on disk', async () => {
    const dataFolder = await temporaryFolder();
    const first = await startInference({}, dataFolder);
    const before = await decode(first.inference, 'image-1', step([click(150, 140)]));
    await first.inference.close();
    const second = await startInference({}, dataFolder);
    expect(await decode(second.inference, 'image-1', step([click(150, 140)]))).toEqual(before);
    expect(second.seen.encodes).toEqual([]);
    expect(second.seen.hits).toContain('disk');
  });

  it('encodes again where the file on disk is damaged', async () => {
    const dataFolder = await temporaryFolder();
    const first = await startInference({}, dataFolder);
    const before = await decode(first.inference, 'image-1', step([click(150, 140)]));
    await first.inference.close();
    const folder = join(dataFolder, 'embeddings');
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.embedding'));
    expect(files).toHaveLength(1);
    await writeFile(join(folder, files[0] ?? ''), 'not an embedding');
    const second = await startInference({}, dataFolder);
    expect(await decode(second.inference, 'image-1', step([click(150, 140)]))).toEqual(before);
    expect(second.seen.encodes).toHaveLength(1);
  });

  it('fetches embeddings again that memory has no room for', async () => {
    // An embedding has 3.6 MiB.
    const { inference, seen } = await startInference({ embeddingMemoryBytes: 6 * 2 ** 20 });
    for (const id of ['image-1', 'image-2', 'image-1']) await decode(inference, id, step([click(150, 140)]));
    expect(seen.encodes).toHaveLength(2);
    expect(seen.hits.filter((hit) => hit === 'disk')).toHaveLength(1);
  });

  it('decodes what the job says when its batch starts, and nothing where nothing is left', async () => {
    const { inference, seen } = shared;
    await inference.encode('image-71', MODEL_ID);
    let newest: DecodeRequest | null = { imageId: 'image-71', steps: [step([click(1, 1)])] };
    const running = decode(inference, 'image-71', step([click(150, 140)]));
    await new Promise((resolve) => setImmediate(resolve));
    const waiting = inference.decode(MODEL_ID, { take: () => newest });
    const empty = inference.decode(MODEL_ID, { take: () => null });
    const box = { kind: 'box', x: 50, y: 50, width: 200, height: 200 } as const;
    newest = { imageId: 'image-71', steps: [step([box])] };
    await running;
    expect(await waiting).toEqual(await decode(inference, 'image-71', step([box])));
    expect(await empty).toBeNull();
    expect(seen.batches).toEqual([1, 1, 1]);
  });

  it('fails a bad item alone', async () => {
    const { inference, seen } = shared;
    const good = step([click(150, 140)]);
    const outcomes = await Promise.allSettled([
      decode(inference, 'image-81', good),
      decode(inference, 'image-81', step([{ kind: 'text', text: 'cat' }])),
      inference.decode(MODEL_ID, {
        take: () => {
          throw new Error('not ready');
        },
      }),
      decode(inference, 'image-81', step([click(1, 1)])),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'INFERENCE_FAILED' } });
    expect(seen.warnings.join()).toMatch(/a text/);
    expect(seen.restarts).toEqual([]);
  });

  it('answers INFERENCE_FAILED for an image that cannot be read, without its path', async () => {
    const { inference, seen, dataFolder } = shared;
    const failure: unknown = await inference.encode('broken', MODEL_ID).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'INFERENCE_FAILED' });
    expect(String(failure)).not.toContain(dataFolder);
    expect(seen.warnings).toHaveLength(1);
    expect(seen.restarts).toEqual([]);
    await inference.encode('image-91', MODEL_ID);
  });

  it('answers OVERLOADED to one decode more than may be in hand', async () => {
    const { inference } = await startInference({ maxQueuedDecodes: 3 });
    const taken = [1, 2, 3].map((x) => decode(inference, 'image-1', step([click(100 * x, 100)])));
    expect(() => inference.assertDecodeCapacity()).toThrow(/At most 3 decodes/);
    await expect(decode(inference, 'image-1', step([click(1, 1)]))).rejects.toMatchObject({
      code: 'OVERLOADED',
      details: { retryAfterMs: expect.any(Number) as number, limit: 'maxQueuedDecodes' },
    });
    await Promise.all(taken);
    inference.assertDecodeCapacity();
    await decode(inference, 'image-1', step([click(1, 1)]));
  });

  it('takes no more into a batch than maxBatchSize', async () => {
    const { inference, seen } = await startInference({ maxBatchSize: 4 });
    await inference.encode('image-1', MODEL_ID);
    await Promise.all(Array.from({ length: 10 }, (_, i) => decode(inference, 'image-1', step([click(40 * i, 100)]))));
    expect(seen.batches).toEqual([4, 4, 2]);
  });

  it('keeps the event loop free during 200 decodes', async () => {
    const { inference, seen } = shared;
    await decode(inference, 'image-101', step([click(150, 140)]));
    seen.clear();
    const started = performance.now();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        inference.decode(MODEL_ID, jobOf({ imageId: 'image-101', steps: [step([click(2 * i, i)])] })),
      ),
    );
    delay.disable();
    // A thread that ran batches itself would stand still for the whole of each. Beside other work, it waits for its turn.
    const batchMs = (performance.now() - started) / seen.batches.length;
    expect(delay.percentile(99) / 1e6).toBeLessThan(Math.max(20, batchMs / 4));
  });
});
