import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RawSocket, post, startTransports } from './support.js';

/** A connection that says nothing. */
async function idle(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const hello = (url: string) => post(url, { query: '{ hello }' });

describe('HTTP connections', () => {
  it('beyond maxHttpConnections get 503, health checks and WebSockets beside; and are taken when one has gone', async () => {
    const { url } = await startTransports({ maxHttpConnections: 2 });
    const first = await idle(url);
    await idle(url);
    const { status, headers, errors } = await hello(url);
    expect([status, headers.get('connection'), headers.get('retry-after')]).toEqual([503, 'close', '1']);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'OVERLOADED', limit: 'maxHttpConnections' } });
    const image = await fetch(`${url}/images/img_1`, { headers: { connection: 'close' } });
    expect([image.status, await image.json()]).toMatchObject([503, { error: { code: 'OVERLOADED' } }]);
    expect((await fetch(`${url}/healthz`, { headers: { connection: 'close' } })).status).toBe(200);
    const socket = await RawSocket.connect(url);
    expect((await socket.request('1', '{ hello }')).data).toEqual({ hello: 'Hello world' });
    first.destroy();
    await expect.poll(async () => (await hello(url)).status, { timeout: 10_000 }).toBe(200);
  });

  it('do not count WebSockets', async () => {
    const { url } = await startTransports({ maxHttpConnections: 1 });
    for (let i = 0; i < 4; i++) await RawSocket.connect(url);
    expect((await hello(url)).status).toBe(200);
  });

  it('beyond twice maxHttpConnections, where no WebSocket is open, are cut', async () => {
    const { url } = await startTransports({ maxHttpConnections: 1, maxSockets: 1 });
    for (let i = 0; i < 3; i++) await idle(url);
    await once(await idle(url), 'close');
  });
});
