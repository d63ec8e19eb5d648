import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { RawSocket, startTransports } from './support.js';

/** The HTTP answer to a handshake that is refused. */
async function refusal(url: string, options: WebSocket.ClientOptions = {}, path = '/graphql') {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', options);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { error } = JSON.parse(Buffer.concat(chunks).toString()) as { error: { code: string } };
  return [response.statusCode, error.code];
}

describe('opening a WebSocket', () => {
  it('is refused anywhere but at /graphql', async () => {
    const { url } = await startTransports();
    expect(await refusal(url, {}, '/elsewhere')).toEqual([404, 'NOT_FOUND']);
  });

  it('is refused to the pages of other origins, unless the operator allows them', async () => {
    const { url } = await startTransports({ allowedOrigins: ['https://app.example.org'] });
    expect(await refusal(url, { origin: 'https://evil.example.org' })).toEqual([403, 'FORBIDDEN']);
    expect(await refusal(url, { origin: 'null' })).toEqual([403, 'FORBIDDEN']);
    for (const origin of [url, 'https://app.example.org']) {
      const socket = await RawSocket.connect(url, {}, { origin });
      expect((await socket.request('1', '{ hello }')).data).toEqual({ hello: 'Hello world' });
    }
  });

  it('is refused beyond maxSockets and maxSocketsPerAddress, and taken when one has closed', async () => {
    const all = await startTransports({ maxSockets: 1 });
    const first = await RawSocket.connect(all.url);
    expect(await refusal(all.url)).toEqual([503, 'OVERLOADED']);
    first.socket.close();
    await first.closed;
    await RawSocket.connect(all.url);

    const perAddress = await startTransports({ maxSocketsPerAddress: 1 });
    await RawSocket.connect(perAddress.url);
    expect(await refusal(perAddress.url)).toEqual([429, 'OVERLOADED']);
  });

  it('is refused once the server stops', async () => {
    const { url, lifecycle } = await startTransports();
    lifecycle.stop();
    expect(await refusal(url)).toEqual([503, 'UNAVAILABLE']);
  });

  it('survives clients that break off the handshake', async () => {
    const { url } = await startTransports({ maxSockets: 1 });
    const { hostname, port } = new URL(url);
    for (let i = 0; i < 20; i++) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write('GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.resetAndDestroy();
    }
    const open = () => RawSocket.connect(url).then((socket) => socket.request('1', '{ hello }'));
    expect((await open()).data).toEqual({ hello: 'Hello world' });
  });
});
