import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { ObjectResult } from '#src/evaluate/result.js';
import { openModel } from '#src/inference/openModel.js';
import type { SegmentationModel } from '#src/inference/model.js';
import { encodeRle } from '#src/masks/rle.js';
import { runsFromBitmap } from '#src/masks/runs.js';
import { readModels } from '#src/models/manifest.js';

/** Pictures of our own with exact masks. */
export const samples = fileURLToPath(new URL('../../samples', import.meta.url));

export async function defaultModel(): Promise<SegmentationModel> {
  const [files] = await readModels();
  if (files === undefined) throw new Error('expected a default model.');
  return openModel(files, 1);
}

/** A folder that goes when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'maskwire-evaluate-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** One of the samples, with its annotations, alone in a folder. */
export async function sampleFolder(name: string): Promise<string> {
  const folder = await temporaryFolder();
  for (const extension of ['jpg', 'json'])
    await cp(join(samples, `${name}.${extension}`), join(folder, `${name}.${extension}`));
  return folder;
}

/** A photo of one colour whose annotations are rectangles, `[x, y, width, height]`. */
export async function writeImage(
  folder: string,
  name: string,
  rectangles: readonly (readonly [x: number, y: number, width: number, height: number])[],
  image: object = {},
): Promise<void> {
  const [width, height] = [64, 48];
  await sharp({ create: { width, height, channels: 3, background: 'teal' } })
    .png()
    .toFile(join(folder, `${name}.png`));
  const annotations = rectangles.map(([left, top, w, h]) => {
    const bits = Uint8Array.from({ length: width * height }, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return x >= left && x < left + w && y >= top && y < top + h ? 1 : 0;
    });
    return { segmentation: encodeRle(runsFromBitmap(bits, height, width)) };
  });
  await writeFile(join(folder, `${name}.json`), JSON.stringify({ image, annotations }));
}

/** What an object gave, without the times, which differ from run to run. */
export function withoutTimes({ image, annotation, source, share, clicks, candidates, box }: ObjectResult) {
  return { image, annotation, source, share, clicks, candidates, box };
}

/** A result with these IoUs after each click. */
export function resultOf(ious: readonly number[], overrides: Partial<ObjectResult> = {}): ObjectResult {
  const scored = { predictedIou: 0.5, iou: ious[0] ?? 0 };
  return {
    image: 'a.jpg',
    annotation: 0,
    source: 'a',
    share: 0.05,
    clicks: ious.map((iou) => ({ x: 1, y: 2, label: 'FOREGROUND', predictedIou: 0.5, iou })),
    candidates: [scored],
    box: scored,
    encodeMs: 10,
    decodeMs: [1],
    ...overrides,
  };
}
