import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { packagedModelsFolder, readModels } from '#src/models/manifest.js';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

interface Manifest {
  default: string;
  models: { id: string; files: { decoder: { sha256: string; bytes: number } }; promptKinds: string[] }[];
}

/** A copy of the packaged models with a changed manifest. */
async function folderWith(change: (manifest: Manifest) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'maskwire-models-'));
  folders.push(folder);
  await cp(packagedModelsFolder, folder, { recursive: true });
  const path = join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
  change(manifest);
  await writeFile(path, JSON.stringify(manifest));
  return folder;
}

function renameTo(id: string) {
  return (manifest: Manifest) => {
    manifest.default = id;
    manifest.models = manifest.models.filter((_, i) => i === 0).map((model) => ({ ...model, id }));
  };
}

describe('readModels', () => {
  it('answers the packaged models, the default one first, with files that exist', async () => {
    const manifest = JSON.parse(await readFile(join(packagedModelsFolder, 'manifest.json'), 'utf8')) as Manifest;
    const models = await readModels();
    expect(models.map(({ id }) => id).sort()).toEqual(manifest.models.map(({ id }) => id).sort());
    expect(models[0]?.id).toBe(manifest.default);
    expect(models[0]?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect((await readFile(models[0]?.decoderPath ?? '')).byteLength).toBeGreaterThan(0);
  });

  it('keeps the first folder’s default where another folder adds models', async () => {
    const extra = await folderWith(renameTo('other'));
    const ids = (await readModels([packagedModelsFolder, extra])).map(({ id }) => id);
    expect(ids[0]).toBe((await readModels())[0]?.id);
    expect(ids).toContain('other');
    expect((await readModels([extra, packagedModelsFolder]))[0]?.id).toBe('other');
  });

  it('names both hashes where a file is not the one of the manifest', async () => {
    const wrong = '0'.repeat(64);
    let right = '';
    const folder = await folderWith(({ models }) => {
      for (const { files } of models.slice(0, 1)) {
        right = files.decoder.sha256;
        files.decoder.sha256 = wrong;
      }
    });
    await expect(readModels([folder])).rejects.toThrow(new RegExp(`decoder.*${wrong}.*${right}`));
  });

  it('names both sizes where a file is cut short', async () => {
    const folder = await folderWith(() => undefined);
    const [model] = await readModels([folder]);
    const path = model?.decoderPath ?? '';
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, 100));
    await expect(readModels([folder])).rejects.toThrow(`expected ${bytes.byteLength} bytes, but it has 100`);
  });

  it('refuses a manifest with an unknown prompt kind, and says where', async () => {
    const folder = await folderWith(({ models }) => models[0]?.promptKinds.push('SOUND'));
    await expect(readModels([folder])).rejects.toThrow(/manifest\.json is no model manifest.*promptKinds/s);
  });

  it('refuses one id in two folders', async () => {
    const copy = await folderWith(() => undefined);
    await expect(readModels([packagedModelsFolder, copy])).rejects.toThrow(/comes twice/);
  });

  it('refuses a default that is not among the models', async () => {
    const folder = await folderWith((manifest) => (manifest.default = 'nowhere'));
    await expect(readModels([folder])).rejects.toThrow(/default model "nowhere"/);
  });
});
