import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readModels, type ManifestEntry } from '#src/models/manifest.js';
import { readCatalogue } from '#src/models/store/catalogue.js';
import { ModelStore, stagedFile } from '#src/models/store/store.js';

async function newStore(): Promise<ModelStore> {
  const folder = await mkdtemp(join(tmpdir(), 'maskwire-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return new ModelStore(join(folder, 'models'));
}

/** Stages two files and describes them. */
async function staged(store: ModelStore, id: string): Promise<ManifestEntry> {
  const folder = await store.stage(id);
  for (const name of ['encoder.onnx', 'decoder.onnx']) await writeFile(join(folder, name), `${name} of ${id}`);
  return {
    ...{ id, name: id, license: 'MIT', family: 'compact', frame: 256, maskGrid: 128, promptKinds: ['POINT'] },
    files: {
      encoder: await stagedFile(folder, id, 'encoder.onnx'),
      decoder: await stagedFile(folder, id, 'decoder.onnx'),
    },
  };
}

describe('ModelStore', () => {
  it('is empty before anything is added', async () => {
    expect((await (await newStore()).manifest()).models).toEqual([]);
  });

  it('takes models in and lets them go, with all their files', async () => {
    const store = await newStore();
    await store.install(await staged(store, 'first'));
    await store.install(await staged(store, 'second'));
    expect((await store.manifest()).models.map(({ id }) => id)).toEqual(['first', 'second']);
    expect((await readModels([store.folder], 'second'))[0]).toMatchObject({ id: 'second', bytes: 44 });
    await mkdir(store.downloads('first'), { recursive: true });
    await store.remove('first');
    expect((await store.manifest()).models.map(({ id }) => id)).toEqual(['second']);
    expect((await readdir(store.folder)).sort()).toEqual(['.downloads', '.staging', 'manifest.json', 'second']);
    expect(await readdir(join(store.folder, '.downloads'))).toEqual([]);
  });

  it('takes a model in over what a crash left of it', async () => {
    const store = await newStore();
    await mkdir(join(store.folder, 'first'), { recursive: true });
    await writeFile(join(store.folder, 'first', 'old.onnx'), '');
    await mkdir(join(store.folder, '.staging', 'first'), { recursive: true });
    await writeFile(join(store.folder, '.staging', 'first', 'old.onnx'), '');
    await store.install(await staged(store, 'first'));
    expect((await readdir(join(store.folder, 'first'))).sort()).toEqual(['decoder.onnx', 'encoder.onnx']);
  });

  it('lets one process at a time change it, and does not wait for one that has died', async () => {
    const store = await newStore();
    await store.alone(async () => {
      await expect(store.alone(() => Promise.resolve())).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining(`Process ${process.pid} is changing`) as string,
      });
    });
    for (const dead of [spawnSync('true').pid, process.pid]) {
      await writeFile(join(store.folder, '.lock'), `${dead}`);
      expect(await store.alone(() => Promise.resolve('done'))).toBe('done');
    }
    expect(await readdir(store.folder)).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('has a hash for each file, or says that there is none', async () => {
    const models = await readCatalogue();
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    for (const id of ['sam-vit-b', 'sam-vit-l', 'sam-vit-h', 'mobile-sam', 'efficient-sam-ti', 'efficient-sam-s'])
      expect(models.map((model) => model.id)).toContain(id);
    for (const { files, form } of models) {
      const roles = files.map(({ role }) => role);
      expect(roles).toEqual(expect.arrayContaining(form === 'checkpoint' ? ['checkpoint'] : ['encoder', 'decoder']));
      for (const { url, digest, digestFrom } of files) {
        expect(url).toMatch(/^https:/);
        if (digest === null) expect(digestFrom).toMatch(/nobody has published/);
      }
    }
  });

  it('shows the terms of the licences that restrict use', async () => {
    const restricted = (await readCatalogue()).filter(({ license }) => license.terms !== null);
    expect(restricted.map(({ id }) => id)).toEqual(['edge-sam', 'sam3']);
    expect(restricted.every(({ license }) => (license.text ?? '').length > 1000)).toBe(true);
  });

  it('is refused, with the place, where it is none', async () => {
    const store = await newStore();
    await mkdir(store.folder);
    const path = join(store.folder, 'catalogue.json');
    await writeFile(
      path,
      JSON.stringify({ version: 1, models: await readCatalogue() }).replaceAll('https://', 'gopher://'),
    );
    await expect(readCatalogue(path)).rejects.toThrow(/is no catalogue of models.*url/s);
  });
});
