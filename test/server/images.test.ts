import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { startTransports, streaming } from './support.js';

/** A PNG of noise: some bytes larger than width x height x 3. */
async function picture(width = 64, height = 48): Promise<Uint8Array<ArrayBuffer>> {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 };
  const black = { width, height, channels: 3 as const, background: 'black', noise };
  return new Uint8Array(await sharp({ create: black }).png().toBuffer());
}

async function put(url: string, body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/images`, { method: 'PUT', body, headers, ...streaming });
  const answer = (await response.json()) as { id: string; error?: { code: string; limit?: string } };
  return { status: response.status, location: response.headers.get('location'), ...answer };
}

/** Every file below the folder: what an upload that failed must not leave behind. */
async function files(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('PUT /images', () => {
  it('answers 201 with id and size for a new image, 200 for the same bytes again, of whatever content type', async () => {
    const { url } = await startTransports();
    const bytes = await picture();
    const first = await put(url, bytes);
    expect(first).toMatchObject({ status: 201, width: 64, height: 48, location: `/images/${first.id}` });
    const again = await put(url, new Blob([bytes]).stream(), { 'content-type': 'text/plain' });
    expect(again).toMatchObject({ status: 200, id: first.id, width: 64, height: 48 });
  });

  it('answers 422 IMAGE_REJECTED for bytes that are no image, and for none', async () => {
    const { url, folder } = await startTransports();
    expect(await put(url, 'no image')).toMatchObject({ status: 422, error: { code: 'IMAGE_REJECTED' } });
    expect(await put(url, '')).toMatchObject({ status: 422, error: { code: 'IMAGE_REJECTED' } });
    expect(await files(folder)).toEqual([]);
  });

  it('answers 413 TOO_LARGE over maxImageBytes, announced or not, and keeps nothing', async () => {
    const { url, folder } = await startTransports({ maxImageBytes: 4096 });
    const bytes = await picture();
    const expected = { status: 413, error: { code: 'TOO_LARGE', limit: 'maxImageBytes' } };
    expect(await put(url, bytes)).toMatchObject(expected);
    expect(await put(url, new Blob([bytes]).stream())).toMatchObject(expected);
    expect(await files(folder)).toEqual([]);
  });

  it('answers 413 TOO_LARGE over maxImagePixels', async () => {
    const { url } = await startTransports({ maxImagePixels: 3071 });
    expect(await put(url, await picture())).toMatchObject({ status: 413, error: { limit: 'maxImagePixels' } });
  });

  it('lets a client that waits for 100 Continue go on, unless the image is announced too large', async () => {
    const { url } = await startTransports({ maxImageBytes: 1024 * 1024 });
    const ask = async (length: number) => {
      const headers = { expect: '100-continue', 'content-length': length };
      const asking = request(`${url}/images`, { method: 'PUT', headers });
      asking.flushHeaders();
      const answer = await Promise.race([
        once(asking, 'continue').then(() => 100),
        once(asking, 'response').then(([response]) => (response as { statusCode: number }).statusCode),
      ]);
      asking.on('error', () => undefined).destroy();
      return answer;
    };
    expect(await ask(1024)).toBe(100);
    expect(await ask(1024 * 1024 + 1)).toBe(413);
  });

  it('keeps nothing of an upload that breaks off or lies about its length', async () => {
    const { url, folder, lifecycle, lines } = await startTransports();
    const { hostname, port } = new URL(url);
    const bytes = await picture();
    const socket = connect(Number(port), hostname);
    socket.write(`PUT /images HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes.length + 1000}\r\n\r\n`);
    socket.write(bytes);
    await expect.poll(() => lifecycle.running).toBe(1);
    socket.destroy();
    await expect.poll(() => lifecycle.running).toBe(0);
    await expect.poll(() => files(folder)).toEqual([]);
    expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });

  it('answers 408 to an upload that trickles over requestTimeoutMs, and keeps nothing', async () => {
    const { url, folder } = await startTransports({ requestTimeoutMs: 1000 });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (data) => (answer += data.toString()));
    socket.write('PUT /images HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n');
    const trickle = setInterval(() => socket.write('x'), 100);
    socket.on('error', () => undefined);
    await once(socket, 'close');
    clearInterval(trickle);
    expect(answer).toMatch(/^HTTP\/1\.1 408/);
    await expect.poll(() => files(folder)).toEqual([]);
  });

  it('answers 503 once the server stops', async () => {
    const { url, lifecycle } = await startTransports();
    lifecycle.stop();
    expect(await put(url, await picture())).toMatchObject({ status: 503, error: { code: 'UNAVAILABLE' } });
  });
});

describe('GET /images/:id', () => {
  it('answers the pixels, cacheable for ever, and 304 to whoever has them', async () => {
    const { url } = await startTransports();
    const bytes = await picture();
    const { id } = await put(url, bytes);
    const response = await fetch(`${url}/images/${id}`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    });
    const got = await sharp(Buffer.from(await response.arrayBuffer()))
      .raw()
      .toBuffer();
    expect(got.equals(await sharp(bytes).raw().toBuffer())).toBe(true);
    // Without the second header, fetch asks for a fresh copy.
    const headers = { 'if-none-match': response.headers.get('etag') ?? '', 'cache-control': 'max-age=0' };
    expect((await fetch(`${url}/images/${id}`, { headers })).status).toBe(304);
    const head = await fetch(`${url}/images/${id}`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(response.headers.get('content-length'));
  });

  it.each([['img_0'], ['..%2F..%2Fetc%2Fpasswd'], [`img_${'0'.repeat(64)}`]])('answers 404 for %s', async (id) => {
    const { url } = await startTransports();
    const response = await fetch(`${url}/images/${id}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('answers a thumbnail of about the asked size, and 400 for a size that is none', async () => {
    const { url } = await startTransports();
    const { id } = await put(url, await picture(640, 480));
    const response = await fetch(`${url}/images/${id}/thumbnail?size=64`);
    const { format, width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 64, height: 48 });
    for (const size of ['15', '1025', '-1', 'x', '1e2', '']) {
      const refused = await fetch(`${url}/images/${id}/thumbnail?size=${size}`);
      expect([size, refused.status]).toEqual([size, 400]);
    }
  });
});
