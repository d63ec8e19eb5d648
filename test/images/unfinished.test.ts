import { spawn } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, describe, it } from 'vitest';
import { ImageStore } from '#src/images/ingest.js';
import { filesUnder, noise, source, temporaryFolder } from './corpus.js';

/** An upload that is re-encoded, another for each seed. */
const gif = (seed: number) =>
  source(noise(96 * 64 * 3, seed))
    .gif()
    .toBuffer();

const blobsIn = (folder: string) => filesUnder(join(folder, 'blobs'));

/** Leaves a blob without facts, as a process does that ends between the two. */
async function breakOff(folder: string, upload: Buffer): Promise<void> {
  const store = await ImageStore.open(folder);
  await rm(join(folder, 'images', 'staging'), { recursive: true });
  await expect(store.ingest(upload)).rejects.toThrow('ENOENT');
}

describe('a blob that was stored without its facts', () => {
  it('is swept by the next start', async () => {
    const folder = await temporaryFolder();
    const kept = (await (await ImageStore.open(folder)).ingest(await gif(1))).image;
    await breakOff(folder, await gif(2));
    expect(await blobsIn(folder)).toHaveLength(2);
    const store = await ImageStore.open(folder);
    expect(await blobsIn(folder)).toEqual([store.file(kept)]);
    expect(await readdir(join(folder, 'unfinished'))).toEqual([]);
    expect((await store.ingest(await gif(2))).created).toBe(true);
  });

  it('stays where another image has the same file', async () => {
    const folder = await temporaryFolder();
    const pixels = () => source(noise(96 * 64 * 3));
    const first = await (
      await ImageStore.open(folder)
    ).ingest(await pixels().tiff({ compression: 'deflate' }).toBuffer());
    await breakOff(folder, await pixels().tiff({ compression: 'lzw' }).toBuffer());
    expect(await readdir(join(folder, 'unfinished'))).toEqual([first.image.blob]);
    const store = await ImageStore.open(folder);
    expect(await blobsIn(folder)).toEqual([store.file(first.image)]);
  });

  it('stays where it was not noted: its facts may be about to be restored', async () => {
    const folder = await temporaryFolder();
    const { image } = await (await ImageStore.open(folder)).ingest(await gif(1));
    await rm(join(folder, 'images', `${image.id}.json`));
    const store = await ImageStore.open(folder);
    expect(await blobsIn(folder)).toEqual([store.file(image)]);
  });

  it('stays while the facts of an image cannot be read', async () => {
    const folder = await temporaryFolder();
    await breakOff(folder, await gif(1));
    await writeFile(join(folder, 'images', 'img_1.json'), '{');
    await ImageStore.open(folder);
    expect(await blobsIn(folder)).toHaveLength(1);
    await rm(join(folder, 'images', 'img_1.json'));
    await ImageStore.open(folder);
    expect(await blobsIn(folder)).toEqual([]);
  });
});

describe('a process that is killed while it takes images', () => {
  const script = fileURLToPath(new URL('ingestUntilKilled.mjs', import.meta.url));

  it.each([1, 2, 3, 5, 8, 13])(
    'leaves every image that it answered, and no blob beside (killed after %i)',
    async (count) => {
      const folder = await temporaryFolder();
      const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      const answered: string[] = [];
      for await (const line of createInterface(child.stdout)) {
        answered.push(line);
        if (answered.length === count) child.kill('SIGKILL');
      }
      const store = await ImageStore.open(folder);
      const images = await Promise.all(answered.map((id) => store.get(id)));
      const blobs = (await blobsIn(folder)).map((path) => basename(path));
      for (const image of images) expect(blobs).toContain(image?.blob);
      const facts = (await readdir(join(folder, 'images'))).filter((name) => name.endsWith('.json'));
      const known = await Promise.all(facts.map((name) => store.get(basename(name, '.json'))));
      expect(blobs.sort()).toEqual(known.map((image) => image?.blob).sort());
    },
  );
});
