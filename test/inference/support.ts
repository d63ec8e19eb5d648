import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { Candidate, DecodeJob, DecodeRequest, DecodeStep } from '#src/inference/inference.js';
import { inferenceLimits, type InferenceLimits } from '#src/inference/limits.js';
import type { InferenceObserver } from '#src/inference/observer.js';
import type { Prompt } from '#src/inference/prompts.js';
import { InferenceSupervisor } from '#src/inference/supervisor.js';
import type { RgbImage } from '#src/images/rgb.js';
import { readModels, type ModelFiles } from '#src/models/manifest.js';

const fixtures = new URL('../fixtures/compact/', import.meta.url);

export const MODEL_ID = 'compact';

/** The model that the parity tensors were made with, whatever the default is. */
export async function fixtureModel(): Promise<ModelFiles> {
  const model = (await readModels()).find(({ id }) => id === MODEL_ID);
  if (model === undefined) throw new Error(`expected the model ${MODEL_ID} in the manifest.`);
  return model;
}

/** A tensor as the training framework wrote it, little-endian float32; of large results, what `sampled` picks. */
export async function fixtureTensor(name: string): Promise<Float32Array> {
  return new Float32Array(new Uint8Array(await readFile(new URL(`${name}.bin`, fixtures))).buffer);
}

/** The picture that they were computed from: interleaved RGB that fills the model's frame. */
export async function fixtureImage(): Promise<RgbImage> {
  const { side } = await fixtureMeta();
  const data = new Uint8Array(await readFile(new URL('image.bin', fixtures)));
  return { data, width: side, height: side, originalWidth: side, originalHeight: side };
}

/** The numbers of a large result that its file has: every so many of them. */
export async function sampled(...parts: readonly Float32Array[]): Promise<Float32Array> {
  const { every } = await fixtureMeta();
  return Float32Array.from(parts.flatMap((part) => Array.from(part)).filter((_, i) => i % every === 0));
}

export async function fixtureMeta(): Promise<{ side: number; every: number; shapes: Record<string, number[]> }> {
  return JSON.parse(await readFile(new URL('meta.json', fixtures), 'utf8')) as Awaited<ReturnType<typeof fixtureMeta>>;
}

export function maxDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error(`expected equal lengths, but got ${a.length} and ${b.length}.`);
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - (b[i] ?? NaN))), 0);
}

export function click(x: number, y: number, label: 'FOREGROUND' | 'BACKGROUND' = 'FOREGROUND'): Prompt {
  return { kind: 'point', x, y, label };
}

/** A folder that goes when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'maskwire-inference-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Draws a scene: an ellipse on a background, whose colours and place depend on the image's number. */
export async function drawImage(path: string, number: number, width = 480, height = 360): Promise<void> {
  const colors = [40, 90, 140, 190].map((base) => [base, (base * 2 + 31 * number) % 256, (base + 57 * number) % 256]);
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width - 0.3 - (number % 5) / 50, y / height - 0.4];
      const color = (u / 0.2) ** 2 + (v / 0.25) ** 2 < 1 ? colors[0] : colors[u > 0.3 && v > 0.15 ? 1 : 3];
      data.set(color ?? [], 3 * (y * width + x));
    }
  }
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
}

/** An observer that keeps what it is told. */
export class Recorder implements InferenceObserver {
  /** Like `compact encoder`, and `… gone`. */
  readonly loads: string[] = [];
  readonly encodes: number[] = [];
  readonly batches: number[] = [];
  readonly hits: string[] = [];
  readonly restarts: string[] = [];
  readonly warnings: string[] = [];
  encoded = (ms: number): void => void this.encodes.push(ms);
  decoded = ({ batchSize }: { batchSize: number }): void => void this.batches.push(batchSize);
  modelLoaded = ({ modelId, part }: { modelId: string; part: string }): void =>
    void this.loads.push(`${modelId} ${part}`);
  modelUnloaded = (modelId: string): void => void this.loads.push(`${modelId} gone`);
  queueDepth = (): void => undefined;
  cacheHit = (kind: string): void => void this.hits.push(kind);
  restarted = (reason: string): void => void this.restarts.push(reason);
  warned = (message: string): void => void this.warnings.push(message);

  clear(): void {
    for (const list of [this.loads, this.encodes, this.batches, this.hits, this.restarts, this.warnings])
      list.length = 0;
  }
}

export interface Running {
  readonly inference: InferenceSupervisor;
  readonly seen: Recorder;
  readonly dataFolder: string;
}

/**
 * Starts a supervisor with a real process and real images: any id is drawn when it is first asked for, `broken…` is no
 * image. The caller closes it.
 */
export async function startSupervisor(
  dataFolder: string,
  limits: Partial<InferenceLimits> = {},
  model?: ModelFiles,
): Promise<Running> {
  const seen = new Recorder();
  const inference = new InferenceSupervisor({
    models: [model ?? (await fixtureModel())],
    dataFolder,
    imagePath: async (imageId) => {
      const path = join(dataFolder, `${imageId}.png`);
      if (existsSync(path)) return path;
      if (imageId.startsWith('broken')) await writeFile(path, 'not an image');
      else await drawImage(path, Number(/\d+$/.exec(imageId)?.[0] ?? 0));
      return path;
    },
    limits: { ...inferenceLimits.parse({ encoderThreads: 1, decoderThreads: 1 }), ...limits },
    observer: seen,
  });
  return { inference, seen, dataFolder };
}

/** The same, closed and cleared away when the test ends. */
export async function startInference(
  limits: Partial<InferenceLimits> = {},
  dataFolder?: string,
  model?: ModelFiles,
): Promise<Running> {
  const running = await startSupervisor(dataFolder ?? (await temporaryFolder()), limits, model);
  onTestFinished(() => running.inference.close());
  return running;
}

let keys = 0;

export function step(prompts: readonly Prompt[], key = `step-${++keys}`, selected = 0): DecodeStep {
  return { key, prompts, selected };
}

export function jobOf(request: DecodeRequest): DecodeJob {
  return { take: () => request };
}

/** Decodes one step, or a chain of them, on an image. */
export async function decode(
  inference: InferenceSupervisor,
  imageId: string,
  ...steps: readonly DecodeStep[]
): Promise<readonly Candidate[]> {
  const candidates = await inference.decode(MODEL_ID, jobOf({ imageId, steps }));
  if (candidates === null) throw new Error('expected candidates, but got null.');
  return candidates;
}

/** Resolves when the process with this id is gone. */
export async function processEnd(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
