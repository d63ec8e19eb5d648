import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EmbeddingFiles } from '#src/inference/embeddingFiles.js';
import type { Embedding } from '#src/inference/model.js';
import { temporaryFolder } from './support.js';

const MiB = 2 ** 20;

function embedding(value: number, floats = 6): Embedding {
  return {
    original: { width: 30, height: 20 },
    content: { width: 256, height: 171 },
    tensors: {
      embed: { data: new Float32Array(floats).fill(value), dims: [1, floats] },
      skip: { data: Float32Array.of(value, -value), dims: [1, 2, 1] },
    },
  };
}

const name = (imageId: string) => ({ modelFolder: 'model-0123', imageId });

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('EmbeddingFiles', () => {
  it('reads what was written', async () => {
    const files = new EmbeddingFiles(await temporaryFolder(), MiB);
    files.write(name('a'), embedding(1.5));
    expect(files.read(name('a'))).toEqual(embedding(1.5));
    expect(files.read(name('b'))).toBeNull();
    expect(files.read({ ...name('a'), modelFolder: 'model-4567' })).toBeNull();
  });

  it('stays in its folder whatever the image id is', async () => {
    const folder = await temporaryFolder();
    const files = new EmbeddingFiles(join(folder, 'inner'), MiB);
    files.write(name('../../a'), embedding(1));
    expect(await readdir(folder)).toEqual(['inner']);
    expect(files.read(name('../../a'))).toEqual(embedding(1));
  });

  it('deletes a file in which any byte is wrong, and answers that there is none', async () => {
    const folder = await temporaryFolder();
    const files = new EmbeddingFiles(folder, MiB);
    files.write(name('a'), embedding(1));
    const [path = ''] = await filesUnder(folder);
    const whole = await readFile(path);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      await writeFile(path, damaged);
      expect(files.read(name('a')), `byte ${at}`).toBeNull();
    }
    await writeFile(path, whole.subarray(0, whole.length - 1));
    expect(files.read(name('a'))).toBeNull();
    expect(await filesUnder(folder)).toEqual([]);
  });

  it('deletes the least recently used files beyond its budget', async () => {
    const folder = await temporaryFolder();
    const files = new EmbeddingFiles(folder, MiB);
    const floats = MiB / 4 / 4;
    const dayAgo = new Date(Date.now() - 86_400_000);
    for (const id of ['a', 'b', 'c']) files.write(name(id), embedding(1, floats));
    for (const path of await filesUnder(folder)) await utimes(path, dayAgo, dayAgo);
    expect(files.read(name('a'))).not.toBeNull();
    files.write(name('d'), embedding(1, floats));
    const kept = ['a', 'b', 'c', 'd'].filter((id) => files.read(name(id)));
    expect(kept).toContain('a');
    expect(kept).toContain('d');
    expect(kept.length).toBeLessThan(4);
    const sizes = await Promise.all((await filesUnder(folder)).map(async (path) => (await stat(path)).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MiB);
  });

  it('counts what an earlier process left', async () => {
    const folder = await temporaryFolder();
    const floats = MiB / 4 / 4;
    for (const id of ['a', 'b', 'c', 'd']) new EmbeddingFiles(folder, 64 * MiB).write(name(id), embedding(1, floats));
    new EmbeddingFiles(folder, MiB).write(name('e'), embedding(1, floats));
    expect((await filesUnder(folder)).length).toBeLessThan(5);
  });
});
