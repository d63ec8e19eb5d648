import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { digestOf } from '#src/models/download/digest.js';
import { download, type DownloadSource } from '#src/models/download/download.js';
import type { DownloadLimits } from '#src/models/download/limits.js';
import { bytesOf, fileSize, sendAndCut, sendRange, serveFile, sha256Of } from './fileServer.js';

const FILE = bytesOf(300_000);
const ETAG = '"version-1"';
const quick: Partial<DownloadLimits> = { retryDelayMs: 1 };

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'maskwire-download-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

function sourceOf(url: string, bytes: number | null = FILE.length, content: Buffer = FILE): DownloadSource {
  return { url, bytes, digest: { algorithm: 'sha256', value: sha256Of(content) } };
}

describe('download', () => {
  it('gives a file its name when all its bytes are right, and tells how far it is', async () => {
    const { url, requests } = await serveFile((request, response) => sendRange(FILE, ETAG, request, response));
    const path = join(await folder(), 'deep', 'model.onnx');
    const told: (number | null)[][] = [];
    await download(sourceOf(url), path, { onProgress: (done, total) => told.push([done, total]) });
    expect(FILE.equals(await readFile(path))).toBe(true);
    expect(told.at(0)).toEqual([0, FILE.length]);
    expect(told.at(-1)).toEqual([FILE.length, FILE.length]);
    expect(await readdir(join(path, '..'))).toEqual(['model.onnx']);
    expect(requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('asks for nothing where the file is there already, but for other bytes under its name', async () => {
    const { url, requests } = await serveFile((request, response) => sendRange(FILE, ETAG, request, response));
    const path = join(await folder(), 'model.onnx');
    await download(sourceOf(url), path);
    await download(sourceOf(url), path);
    expect(requests).toHaveLength(1);
    await writeFile(path, FILE.subarray(1));
    await download(sourceOf(url), path);
    expect(requests).toHaveLength(2);
    expect(FILE.equals(await readFile(path))).toBe(true);
  });

  it('goes on where a connection was cut, for the same version of the file', async () => {
    const path = join(await folder(), 'model.onnx');
    const { url, requests } = await serveFile((request, response, number) => {
      if (number === 0) sendAndCut(FILE, 100_000, ETAG, response, path);
      else sendRange(FILE, ETAG, request, response);
    });
    await download(sourceOf(url), path, { limits: quick });
    expect(FILE.equals(await readFile(path))).toBe(true);
    expect(requests).toHaveLength(2);
    expect(requests[1]?.headers).toMatchObject({ range: 'bytes=100000-', 'if-range': ETAG });
  });

  it('begins again where the file has changed meanwhile, or the server ignores ranges', async () => {
    const path = join(await folder(), 'model.onnx');
    const changed = bytesOf(400_000).subarray(100_000);
    const { url } = await serveFile((request, response, number) => {
      if (number === 0) sendAndCut(FILE, 100_000, ETAG, response, path);
      else sendRange(changed, '"version-2"', request, response);
    });
    await download(sourceOf(url, changed.length, changed), path, { limits: quick });
    expect(changed.equals(await readFile(path))).toBe(true);
  });

  it('begins again where the server answers another range than was asked for', async () => {
    const path = join(await folder(), 'model.onnx');
    const { url, requests } = await serveFile((request, response, number) => {
      if (number === 0) sendAndCut(FILE, 100_000, ETAG, response, path);
      else if (number === 1) {
        response.writeHead(206, { 'content-range': `bytes 5-${FILE.length - 1}/${FILE.length}` }).end(FILE.subarray(5));
      } else sendRange(FILE, ETAG, request, response);
    });
    await download(sourceOf(url), path, { limits: quick });
    expect(FILE.equals(await readFile(path))).toBe(true);
    expect(requests[2]?.headers.range).toBeUndefined();
  });

  it('gives up after as many connections as are allowed, keeps the bytes, and goes on from them later', async () => {
    const path = join(await folder(), 'model.onnx');
    let isDown = true;
    const { url, requests } = await serveFile((request, response, number) => {
      if (number === 0) sendAndCut(FILE, 50_000, ETAG, response, path);
      else if (isDown) response.destroy();
      else sendRange(FILE, ETAG, request, response);
    });
    const limits = { ...quick, maxAttempts: 3 };
    await expect(download(sourceOf(url), path, { limits })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/50000 bytes are in .*model\.onnx\.part.*goes on from there/) as string,
    });
    expect(requests).toHaveLength(3);
    isDown = false;
    await download(sourceOf(url), path, { limits });
    expect(requests[3]?.headers.range).toBe('bytes=50000-');
    expect(FILE.equals(await readFile(path))).toBe(true);
  });

  it('names both hashes where bytes are wrong, and keeps nothing', async () => {
    const wrong = Buffer.from(FILE);
    wrong.writeUInt8(255 - wrong.readUInt8(1234), 1234);
    const { url } = await serveFile((request, response) => sendRange(wrong, ETAG, request, response));
    const into = await folder();
    await expect(download(sourceOf(url), join(into, 'model.onnx'))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(new RegExp(`${sha256Of(FILE)}.*${sha256Of(wrong)}`)) as string,
    });
    expect(await readdir(into)).toEqual([]);
  });

  it('checks the id that git gives a file', async () => {
    const { url } = await serveFile((request, response) => sendRange(FILE, ETAG, request, response));
    const path = join(await folder(), 'model.onnx');
    await writeFile(path, 'what git knows\n');
    // From `git hash-object`.
    expect(await digestOf(path, 'gitBlob')).toBe('75c043f7ed46dd443341a2c2749e04e5963f109f');
    const digest = { algorithm: 'gitBlob', value: '0'.repeat(40) } as const;
    await expect(download({ url, bytes: FILE.length, digest }, path)).rejects.toThrow(
      /gitBlob 0{40}, but got [0-9a-f]{40}/,
    );
  });

  it('follows redirects to another host, and keeps the range on the way', async () => {
    const path = join(await folder(), 'model.onnx');
    const files = await serveFile((request, response, number) => {
      if (number === 0) sendAndCut(FILE, 100_000, ETAG, response, path);
      else sendRange(FILE, ETAG, request, response);
    });
    const elsewhere = files.url.replace('127.0.0.1', 'localhost');
    const { url, requests } = await serveFile((_, response) => {
      response.writeHead(302, { location: elsewhere }).end();
    });
    await download(sourceOf(url), path, { limits: quick });
    expect(FILE.equals(await readFile(path))).toBe(true);
    expect(requests).toHaveLength(2);
    expect(files.requests[1]?.headers.range).toBe('bytes=100000-');
  });

  it('refuses more redirects than are allowed, and those to anything but http and https', async () => {
    const around = await serveFile((_, response) => response.writeHead(302, { location: '/again' }).end());
    const path = join(await folder(), 'model.onnx');
    await expect(download(sourceOf(around.url), path)).rejects.toThrow(/at most 5 redirects/);
    expect(around.requests).toHaveLength(6);
    const out = await serveFile((_, response) => response.writeHead(301, { location: 'file:///etc/passwd' }).end());
    await expect(download(sourceOf(out.url), path)).rejects.toThrow(/http or https address.*file:/);
  });

  it('gives up on a server that does not answer, goes quiet, or trickles', async () => {
    const path = join(await folder(), 'model.onnx');
    const limits = { ...quick, maxAttempts: 1, connectTimeoutMs: 50, idleTimeoutMs: 50 };
    const silent = await serveFile(() => undefined);
    await expect(download(sourceOf(silent.url), path, { limits })).rejects.toThrow(/did not answer within 50 ms/);
    const quiet = await serveFile((_, response) => {
      response.writeHead(200, { 'content-length': FILE.length }).write(FILE.subarray(0, 10));
    });
    await expect(download(sourceOf(quiet.url), path, { limits })).rejects.toThrow(/no byte came for 50 ms/);
    const trickle = await serveFile((_, response) => {
      response.writeHead(200, { 'content-length': FILE.length });
      const timer = setInterval(() => response.write(FILE.subarray(0, 1)), 10);
      response.on('close', () => clearInterval(timer));
    });
    const slow = { ...limits, idleTimeoutMs: 10_000, slowWindowMs: 300, minBytesPerSecond: 1000 };
    await expect(download(sourceOf(trickle.url), path, { limits: slow })).rejects.toThrow(
      /less than 1000 bytes a second came for 300 ms/,
    );
  });

  it('refuses a size that is not the known one, before it takes the bytes', async () => {
    const { url } = await serveFile((_, response) => {
      response.writeHead(200, { 'content-length': FILE.length + 1 });
      response.write(FILE);
    });
    const into = await folder();
    await expect(download(sourceOf(url), join(into, 'model.onnx'))).rejects.toThrow(
      `expected ${FILE.length} bytes, but got ${FILE.length + 1}. Nothing was kept.`,
    );
    expect(await readdir(into)).toEqual([]);
  });

  it('stops a body that is longer than the known size, or than the bound where no size is known', async () => {
    const { url } = await serveFile((_, response) => {
      response.writeHead(200).write(FILE);
      response.end(FILE);
    });
    const into = await folder();
    const path = join(into, 'model.onnx');
    await expect(download(sourceOf(url), path)).rejects.toThrow(`expected at most ${FILE.length} bytes`);
    const limits = { maxUnknownBytes: 1000 };
    await expect(download(sourceOf(url, null), path, { limits })).rejects.toThrow('expected at most 1000 bytes');
    expect(await readdir(into)).toEqual([]);
  });

  it('says what the server answered where it has no such file', async () => {
    const { url, requests } = await serveFile((_, response) => response.writeHead(404).end('no'));
    const path = join(await folder(), 'model.onnx');
    await expect(download(sourceOf(url), path)).rejects.toThrow(/the server answered 404 Not Found/);
    expect(requests).toHaveLength(1);
  });

  it('does not use what came from another address', async () => {
    const path = join(await folder(), 'model.onnx');
    const first = await serveFile((_, response) =>
      sendAndCut(bytesOf(400_000).subarray(100_000), 1000, ETAG, response, path),
    );
    const second = await serveFile((request, response) => sendRange(FILE, ETAG, request, response));
    await expect(download(sourceOf(first.url), path, { limits: { maxAttempts: 1 } })).rejects.toThrow();
    await download(sourceOf(second.url), path);
    expect(second.requests[0]?.headers.range).toBeUndefined();
    expect(FILE.equals(await readFile(path))).toBe(true);
  });

  it('leaves a part that can be gone on from when the process is killed', async () => {
    const { url } = await serveFile((request, response, number) => {
      if (number > 0) sendRange(FILE, ETAG, request, response);
      else response.writeHead(200, { 'content-length': FILE.length, etag: ETAG }).write(FILE.subarray(0, 100_000));
    });
    const path = join(await folder(), 'model.onnx');
    const child = spawnDownload([process.execPath], url, path);
    await fileSize(`${path}.part`, 100_000);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect(stat(path)).rejects.toThrow(/ENOENT/);
    await download(sourceOf(url), path);
    expect(FILE.equals(await readFile(path))).toBe(true);
  });

  it('leaves a part where the disk takes no more', async () => {
    const { url, requests } = await serveFile((request, response) => sendRange(FILE, ETAG, request, response));
    const path = join(await folder(), 'model.onnx');
    // Files may have 64 KiB, and the signal that tells so is ignored: a write fails as on a full disk.
    const limited = ['bash', '-c', 'trap "" XFSZ; ulimit -f 64; exec "$0" "$@"', process.execPath];
    const child = spawnDownload(limited, url, path);
    let said = '';
    child.stderr.on('data', (data: Buffer) => (said += data.toString()));
    await once(child, 'close');
    expect(said).toMatch(/EFBIG.*goes on from there/s);
    await expect(stat(path)).rejects.toThrow(/ENOENT/);
    expect((await stat(`${path}.part`)).size).toBe(65_536);
    await download(sourceOf(url), path);
    expect(requests[1]?.headers.range).toBe('bytes=65536-');
    expect(FILE.equals(await readFile(path))).toBe(true);
  });
});

/** Downloads in a process of its own. */
function spawnDownload([command = '', ...args]: readonly string[], url: string, path: string) {
  const script = fileURLToPath(new URL('downloadOnce.mjs', import.meta.url));
  const child = spawn(command, [...args, script, JSON.stringify(sourceOf(url)), path], {
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
