import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertSam, type ConvertedModel } from '#src/models/sam/convert.js';
import { writeCheckpoint } from '../../../bench/torchCheckpoint.mjs';
import { plain, zip } from '../checkpoint/torchFile.js';
import { there } from './golden.js';
import { Runner } from './runner.js';

describe('convertSam', () => {
  let folder = '';
  let out = '';
  let model: ConvertedModel;
  const seen: [number, number][] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'maskwire-convert-'));
    out = join(folder, 'new', 'model');
    // Of true sizes, with made-up weights.
    await writeCheckpoint(join(folder, 'sam.pth'), 'mobile-sam');
    model = await convertSam(join(folder, 'sam.pth'), out, { onProgress: (...step) => seen.push(step) });
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('writes the graphs and what they are', async () => {
    expect(model).toMatchObject({
      family: 'sam',
      frame: 1024,
      grid: 64,
      maskGrid: 256,
      maskTokens: 4,
      encoder: 'tinyVit',
      int8: { encoder: false, decoder: false },
    });
    const names = model.files.map((file) => file.name);
    expect(names).toEqual(['encoder.onnx', 'decoder.onnx', 'decoder-mask.onnx']);
    expect((await readdir(out)).sort()).toEqual([...names, 'model.json'].sort());
    expect(JSON.parse(await readFile(join(out, 'model.json'), 'utf8'))).toEqual(model);
    for (const file of model.files) {
      const bytes = await readFile(join(out, file.name));
      expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([file.bytes, file.sha256]);
    }
  });

  it('tells its progress, upwards to the end', () => {
    const done = seen.map(([bytes]) => bytes);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(seen.at(-1)?.[0]).toBe(seen.at(-1)?.[1]);
    expect(new Set(seen.map(([, total]) => total)).size).toBe(1);
  });

  it('makes a model that encodes and decodes', async () => {
    const runner = await Runner.open(out, model);
    const image = Float32Array.from({ length: 3 * 1024 * 1024 }, (_, index) => Math.sin(index / 99));
    const state = await runner.encode(image);
    const click = { points: [[500, 300] as const, [0, 0] as const], labels: [1, -1] };
    const first = await runner.decode(state, [click]);
    const logits = there(first.logits[0]);
    expect(logits).toHaveLength(4 * 256 * 256);
    expect(logits.every(Number.isFinite)).toBe(true);
    const refined = await runner.decode(state, [{ ...click, mask: logits.slice(0, 256 * 256) }]);
    expect(there(refined.logits[0])).not.toEqual(logits);
    await runner.close();
  });

  it('needs the memory of its largest tensors, not that of the checkpoint', async () => {
    const path = join(folder, 'vit-b.pth');
    await writeCheckpoint(path, 'sam-vit-b');
    const script = `
      import { convertSam } from '#src/models/sam/convert.js';
      await convertSam(${JSON.stringify(path)}, ${JSON.stringify(join(folder, 'vit-b'))});
      console.log(1024 * process.resourceUsage().maxRSS);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const { size } = await stat(path);
    expect(size).toBeGreaterThan(350 * 2 ** 20);
    expect(Number(stdout)).toBeLessThan(size);
  });

  it('refuses another checkpoint before it writes anything', async () => {
    await writeFile(join(folder, 'other.pth'), zip(plain()));
    await expect(convertSam(join(folder, 'other.pth'), join(folder, 'other'))).rejects.toThrow(
      'it is not a SAM or MobileSAM checkpoint',
    );
    expect(await readdir(folder)).not.toContain('other');
  });
});
