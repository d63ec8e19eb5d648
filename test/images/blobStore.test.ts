import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BlobStore } from '#src/images/blobStore.js';
import { filesUnder, noise, temporaryFolder } from './corpus.js';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const maxBytes = 1_000_000;

describe('BlobStore', () => {
  it('stores bytes under their digest', async () => {
    const folder = await temporaryFolder();
    const store = await BlobStore.open(folder);
    const bytes = noise(100_000);
    const digest = sha256(bytes);
    expect(await store.has(digest)).toBe(false);
    expect(await store.put(bytes, { maxBytes })).toEqual({ digest, bytes: bytes.length, created: true });
    expect(store.pathOf(digest)).toBe(join(folder, digest.slice(0, 2), digest));
    expect((await readFile(store.pathOf(digest))).equals(bytes)).toBe(true);
    expect(await store.has(digest)).toBe(true);
    await store.delete(digest);
    await store.delete(digest);
    expect(await store.has(digest)).toBe(false);
    expect(await filesUnder(folder)).toEqual([]);
  });

  it('stores a stream of any chunks, and no bytes at all', async () => {
    const store = await BlobStore.open(await temporaryFolder());
    const bytes = noise(10_000);
    const chunks = Array.from({ length: 10_000 / 7 + 1 }, (_, i) => bytes.subarray(7 * i, 7 * i + 7));
    expect((await store.put(Readable.from(chunks), { maxBytes })).digest).toBe(sha256(bytes));
    expect(await store.put(Readable.from([]), { maxBytes })).toMatchObject({ bytes: 0, created: true });
  });

  it('makes one blob of concurrent puts of the same bytes', async () => {
    const folder = await temporaryFolder();
    const store = await BlobStore.open(folder);
    const bytes = noise(50_000);
    const results = await Promise.all(
      Array.from({ length: 10 }, () => store.put(Readable.from([bytes]), { maxBytes })),
    );
    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(await filesUnder(folder)).toEqual([store.pathOf(sha256(bytes))]);
  });

  it('answers TOO_LARGE one byte above maxBytes, leaves nothing, and leaves the stream open', async () => {
    const folder = await temporaryFolder();
    const store = await BlobStore.open(folder);
    const stream = Readable.from([noise(600), noise(401), noise(10)]);
    await expect(store.put(stream, { maxBytes: 1000, limitName: 'maxThings' })).rejects.toMatchObject({
      code: 'TOO_LARGE',
      details: { limit: 'maxThings' },
    });
    expect(stream.destroyed).toBe(false);
    expect(await filesUnder(folder)).toEqual([]);
    expect(await store.put(noise(1000), { maxBytes: 1000 })).toMatchObject({ bytes: 1000 });
  });

  it('leaves nothing of a stream that fails', async () => {
    const folder = await temporaryFolder();
    const store = await BlobStore.open(folder);
    const failing = async function* () {
      yield await Promise.resolve(noise(1000));
      throw new Error('broken off');
    };
    await expect(store.put(failing(), { maxBytes })).rejects.toThrow('broken off');
    expect(await filesUnder(folder)).toEqual([]);
  });

  it.each(['', 'abc', '../../../etc/passwd', 'A'.repeat(64)])('has no path for %j', async (digest) => {
    const store = await BlobStore.open(await temporaryFolder());
    expect(() => store.pathOf(digest)).toThrow(TypeError);
  });
});

describe('a process that is killed', () => {
  const script = fileURLToPath(new URL('putUntilKilled.mjs', import.meta.url));

  it('leaves nothing of an upload that was under way', async () => {
    const folder = await temporaryFolder();
    const child = spawn(process.execPath, [script, folder, 'endless'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface(child.stdout), 'line');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [left] = await filesUnder(folder);
    expect((await stat(left ?? '')).size).toBeGreaterThan(0);
    await BlobStore.open(folder);
    expect(await filesUnder(folder)).toEqual([]);
  });

  it.each([5, 20, 60])('keeps every blob that was acknowledged, whole (killed after %i)', async (count) => {
    const folder = await temporaryFolder();
    const child = spawn(process.execPath, [script, folder, 'many'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const acknowledged: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      acknowledged.push(line);
      if (acknowledged.length === count) child.kill('SIGKILL');
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(count);
    const store = await BlobStore.open(folder);
    for (const digest of acknowledged) expect(await store.has(digest)).toBe(true);
    for (const file of await filesUnder(folder)) expect(sha256(await readFile(file))).toBe(basename(file));
  });
});
