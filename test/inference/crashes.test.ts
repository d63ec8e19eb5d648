import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Prompt } from '#src/inference/prompts.js';
import {
  click,
  decode,
  drawImage,
  fixtureModel,
  MODEL_ID,
  processEnd,
  startInference,
  step,
  type Running,
} from './support.js';

/** So many that one decode takes seconds: stands for an input that hangs the model. */
const ENDLESS: readonly Prompt[] = Array.from({ length: 20_000 }, (_, i) => click(i % 480, i % 360));
/** Enough for a few hundred milliseconds. */
const SLOW: readonly Prompt[] = Array.from({ length: 3_000 }, (_, i) => click(i % 480, i % 360));

function pidOf({ inference }: Running): number {
  const { pid } = inference;
  if (pid === undefined) throw new Error('expected a process.');
  return pid;
}

/** Makes `image-1` a pipe into which nobody writes: whoever reads it waits for ever. */
function hangingImage({ dataFolder }: Running): string {
  const path = join(dataFolder, 'image-1.png');
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  return path;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a crash of the inference process', () => {
  it('while idle is not noticed by the next call', async () => {
    const running = await startInference();
    const before = await decode(running.inference, 'image-1', step([click(150, 140)]));
    process.kill(pidOf(running), 'SIGKILL');
    expect(await decode(running.inference, 'image-1', step([click(150, 140)]))).toEqual(before);
    expect(running.seen.restarts).toEqual(['it ended with SIGKILL']);
    expect(running.seen.encodes).toHaveLength(1);
  });

  it('during an encode is answered by a second try', async () => {
    const running = await startInference();
    const path = hangingImage(running);
    const phases: string[] = [];
    const encoded = running.inference.encode('image-1', MODEL_ID, ({ phase }) => phases.push(phase));
    while (!phases.includes('encoding')) await pause(10);
    await pause(100);
    await rm(path);
    await drawImage(path, 1);
    process.kill(pidOf(running), 'SIGKILL');
    await encoded;
    expect(phases).toEqual(['queued', 'encoding']);
    expect(running.seen.restarts).toHaveLength(1);
    expect(await decode(running.inference, 'image-1', step([click(150, 140)]))).toHaveLength(3);
  });

  it('follows an encode that does not end within encodeTimeoutMs, which is tried twice and fails', async () => {
    const running = await startInference({ encodeTimeoutMs: 1_500 });
    hangingImage(running);
    await expect(running.inference.encode('image-1', MODEL_ID)).rejects.toMatchObject({ code: 'INFERENCE_FAILED' });
    expect(running.seen.restarts).toEqual(Array(2).fill('it did not answer to encode within 1500 ms'));
    await running.inference.encode('image-2', MODEL_ID);
  });

  it('during decodes is answered by second tries, with replayed steps', async () => {
    const running = await startInference();
    const first = step([click(150, 140)]);
    const second = step([click(150, 140), click(200, 150)]);
    await decode(running.inference, 'image-1', first);
    const refined = await decode(running.inference, 'image-1', first, second);
    const slow = [SLOW, SLOW].map((prompts) => decode(running.inference, 'image-1', step(prompts)));
    await pause(100);
    process.kill(pidOf(running), 'SIGKILL');
    const again = decode(running.inference, 'image-1', first, second);
    expect(await Promise.all(slow)).toHaveLength(2);
    expect(await again).toEqual(refined);
    expect(running.seen.restarts).toHaveLength(1);
  });

  it('caused by one item fails that one alone', async () => {
    const running = await startInference({ decodeTimeoutMs: 2_000 });
    await running.inference.encode('image-1', MODEL_ID);
    const outcomes = await Promise.allSettled([
      decode(running.inference, 'image-1', step([click(150, 140)])),
      decode(running.inference, 'image-1', step(ENDLESS)),
      decode(running.inference, 'image-1', step([click(200, 140)])),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'INFERENCE_FAILED' } });
    expect(running.seen.restarts).toEqual(Array(2).fill('it did not answer to decode within 2000 ms'));
    expect(await decode(running.inference, 'image-1', step([click(150, 140)]))).toHaveLength(3);
  });
});

describe('an inference process that cannot start', () => {
  it('is started again and again, and calls answer INFERENCE_FAILED after startTimeoutMs', async () => {
    const model = { ...(await fixtureModel()), decoderPath: '/nowhere/decoder.onnx' };
    const { inference, seen } = await startInference({ startTimeoutMs: 1_500 }, undefined, model);
    await expect(inference.encode('image-1', MODEL_ID)).rejects.toThrow('The model process does not start.');
    expect(inference.ready).toBe(false);
    await expect.poll(() => seen.restarts.length).toBeGreaterThan(0);
  });
});

describe('the end of the inference process', () => {
  it('is in order after the running work when closed, and waiting work is refused', async () => {
    const running = await startInference({ maxBatchSize: 1 });
    const { inference, seen } = running;
    await inference.encode('image-1', MODEL_ID);
    const pid = pidOf(running);
    const decodes = [SLOW, SLOW, SLOW].map((prompts) => decode(inference, 'image-1', step(prompts)));
    const outcomes = Promise.allSettled(decodes);
    await pause(50);
    const encode = inference.encode('image-2', MODEL_ID);
    const encoded = Promise.allSettled([encode]);
    await inference.close();
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect((await outcomes).slice(1)).toMatchObject(Array(2).fill({ reason: { code: 'UNAVAILABLE' } }));
    await encoded;
    expect(seen.warnings).toEqual([]);
    expect(seen.restarts).toEqual([]);
    await processEnd(pid);
    expect(inference.ready).toBe(false);
    await expect(inference.encode('image-1', MODEL_ID)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(decode(inference, 'image-1', step([click(1, 1)]))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('does not come from signals that are meant for the whole group', async () => {
    const running = await startInference();
    await running.inference.encode('image-1', MODEL_ID);
    const pid = pidOf(running);
    process.kill(pid, 'SIGINT');
    process.kill(pid, 'SIGTERM');
    expect(await decode(running.inference, 'image-1', step([click(150, 140)]))).toHaveLength(3);
    expect(running.inference.pid).toBe(pid);
    expect(running.seen.restarts).toEqual([]);
  });

  it('follows that of the serving process, however that died', async () => {
    const parent = spawn(process.execPath, [fileURLToPath(new URL('servingProcess.mjs', import.meta.url))], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
    const pid = Number(line);
    process.kill(pid, 0);
    parent.kill('SIGKILL');
    await processEnd(pid);
  });
});
