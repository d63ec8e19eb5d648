import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { RawSocket, startTransports } from './support.js';

const codeOf = (answer: { errors?: { extensions: Record<string, unknown> }[] }) =>
  answer.errors?.[0]?.extensions['code'];

describe('GraphQL over WebSocket', () => {
  it('serves queries, mutations and subscriptions to a client that others wrote', async () => {
    const { url } = await startTransports();
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { participantId: 'u1', participantName: 'Zoë 林' },
    });
    const collect = async (query: string) => {
      const results = [];
      for await (const { data } of client.iterate({ query })) results.push(data);
      return results;
    };
    expect(await collect('{ who }')).toEqual([{ who: 'u1/Zoë 林' }]);
    expect(await collect('mutation { set(input: { value: 1 }) }')).toEqual([{ set: 1 }]);
    expect(await collect('subscription { count(to: 3) }')).toEqual([{ count: 1 }, { count: 2 }, { count: 3 }]);
    await client.dispose();
  });

  it('answers a syntax error on its operation and keeps the socket', async () => {
    const { url } = await startTransports();
    const socket = await RawSocket.connect(url);
    expect(codeOf(await socket.request('1', '{ hello'))).toBe('GRAPHQL_PARSE_FAILED');
    expect((await socket.request('2', '{ hello }')).data).toEqual({ hello: 'Hello world' });
  });

  it('presents errors as HTTP does', async () => {
    const { url, lines } = await startTransports();
    const socket = await RawSocket.connect(url);
    const refused = await socket.request('1', '{ refused }');
    expect(refused.errors).toEqual([
      {
        message: 'expected revision 2; got 1',
        path: ['refused'],
        locations: [{ line: 1, column: 3 }],
        extensions: { code: 'CONFLICT', currentRevision: 2 },
      },
    ]);
    const fault = await socket.request('2', '{ fault }');
    expect(codeOf(fault)).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(fault)).not.toContain('secret');
    const logged = lines.filter(({ errorId }) => errorId === fault.errors?.[0]?.extensions['errorId']);
    expect(logged).toMatchObject([
      { err: { message: 'secret of the house' }, requestId: expect.any(String) as string },
    ]);
    expect(codeOf(await socket.request('3', '{ nothing }'))).toBe('GRAPHQL_VALIDATION_FAILED');
    const wrongType = await socket.request('4', 'query ($n: String) { hello(name: $n) }', { n: 1 });
    expect(codeOf(wrongType)).toBe('BAD_USER_INPUT');
    socket.send({ type: 'subscribe', id: '5', payload: { query: 'query a { hello }', operationName: 'b' } });
    expect(await socket.next()).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('presents errors of subscriptions, before the first event and after it', async () => {
    const { url } = await startTransports();
    const socket = await RawSocket.connect(url);
    socket.subscribe('1', 'subscription { refusing }');
    expect(await socket.next()).toMatchObject({
      type: 'next',
      payload: { errors: [{ extensions: { code: 'CONFLICT', currentRevision: 2 } }] },
    });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
    socket.subscribe('2', 'subscription { faulty }');
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { faulty: 1 } } });
    const error = await socket.next();
    expect(error).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    expect(JSON.stringify(error)).not.toContain('secret');
    expect((await socket.request('3', '{ hello }')).data).toEqual({ hello: 'Hello world' });
  });

  const nested = '{ tree '.repeat(12) + '{ leaf }' + ' }'.repeat(12);
  it.each([
    ['maxQueryTokens', { maxQueryTokens: 100 }, `{ ${'hello '.repeat(101)} }`, 'GRAPHQL_PARSE_FAILED'],
    ['maxQueryCharacters', { maxQueryCharacters: 1024 }, `{ hello }${' '.repeat(1024)}`, 'TOO_LARGE'],
    ['maxQueryRepetition', { maxQueryRepetition: 100 }, `{ ${'hello '.repeat(11)} }`, 'TOO_LARGE'],
    ['maxQueryDepth', { maxQueryDepth: 5 }, nested, 'GRAPHQL_VALIDATION_FAILED'],
    ['maxQueryCost', { maxQueryCost: 100 }, nested, 'GRAPHQL_VALIDATION_FAILED'],
    ['maxQueryAliases', { maxQueryAliases: 1 }, '{ a: hello b: hello }', 'GRAPHQL_VALIDATION_FAILED'],
    ['maxQueryDirectives', { maxQueryDirectives: 0 }, '{ hello @skip(if: false) }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('refuses a document over %s and keeps the socket', async (limit, config, query, code) => {
    const { url } = await startTransports(config);
    const socket = await RawSocket.connect(url);
    const { errors } = await socket.request('1', query);
    expect(errors?.[0]?.extensions['code']).toBe(code);
    if (limit !== 'maxQueryTokens') expect(errors?.[0]?.extensions['limit']).toBe(limit);
    expect((await socket.request('2', '{ hello }')).data).toEqual({ hello: 'Hello world' });
  });

  it('answers OVERLOADED for one operation over maxOperationsPerSocket, and takes it when another has ended', async () => {
    const { url, gate } = await startTransports({ maxOperationsPerSocket: 2 });
    const socket = await RawSocket.connect(url);
    socket.subscribe('a', 'subscription { never }');
    socket.subscribe('b', '{ slow(id: "b") }');
    expect(codeOf(await socket.request('c', '{ hello }'))).toBe('OVERLOADED');
    gate.release('b');
    expect((await socket.next()).type).toBe('next');
    expect((await socket.next()).type).toBe('complete');
    expect((await socket.request('c', '{ hello }')).data).toEqual({ hello: 'Hello world' });
  });

  it('counts operations that the client has completed but that still run', async () => {
    const { url, gate } = await startTransports({ maxOperationsPerSocket: 2 });
    const socket = await RawSocket.connect(url);
    for (const id of ['a', 'b']) {
      socket.subscribe(id, '{ slow(id: $id) }'.replace('$id', `"${id}"`));
      socket.send({ type: 'complete', id });
    }
    expect(codeOf(await socket.request('c', '{ hello }'))).toBe('OVERLOADED');
    expect(gate.waiting).toBe(2);
  });

  it('answers OVERLOADED for operations that come faster than maxMessagesPerSecond, and takes them after the time it says', async () => {
    const { url } = await startTransports({ maxMessagesPerSecond: 20, maxMessageBurst: 5 });
    const socket = await RawSocket.connect(url);
    for (let id = 1; id <= 8; id++) socket.subscribe(String(id), '{ hello }');
    const refusals: unknown[] = [];
    // Each operation ends with one of these.
    for (let ended = 0; ended < 8;) {
      const { type, payload } = await socket.next();
      if (type === 'error') refusals.push((payload as { extensions: unknown }[])[0]?.extensions);
      if (type === 'error' || type === 'complete') ended++;
    }
    expect(refusals.length).toBeGreaterThan(0);
    const retryAfterMs = expect.any(Number) as number;
    expect(refusals.at(-1)).toEqual({ code: 'OVERLOADED', limit: 'maxMessagesPerSecond', retryAfterMs });
    const { retryAfterMs: wait } = refusals.at(-1) as { retryAfterMs: number };
    await new Promise((resolve) => setTimeout(resolve, wait + 50));
    expect((await socket.request('9', '{ hello }')).data).toEqual({ hello: 'Hello world' });
  });

  it.each(['message', 'ping'] as const)(
    'closes with 1008 whoever sends on far beyond maxMessageBurst: %s',
    async (kind) => {
      const { url } = await startTransports({ maxMessagesPerSecond: 1, maxMessageBurst: 5 });
      const socket = await RawSocket.connect(url);
      for (let i = 0; i < 50; i++) {
        if (kind === 'ping') socket.socket.ping();
        else socket.send({ type: 'ping' });
      }
      expect(await socket.closed).toEqual({
        code: 1008,
        reason: 'Expected at most 1 messages a second and 5 at once',
      });
    },
  );

  it('refuses operations once the server stops', async () => {
    const { url, lifecycle } = await startTransports();
    const socket = await RawSocket.connect(url);
    lifecycle.stop();
    expect(codeOf(await socket.request('1', '{ hello }'))).toBe('UNAVAILABLE');
  });

  it('ends the source of a subscription when the client completes it and when its socket breaks', async () => {
    const { url, sent } = await startTransports();
    const socket = await RawSocket.connect(url);
    socket.subscribe('1', 'subscription { never }');
    socket.subscribe('2', 'subscription { never }');
    await socket.request('3', '{ hello }');
    socket.send({ type: 'complete', id: '1' });
    await socket.request('4', '{ hello }');
    expect(sent.ended).toBe(1);
    socket.socket.terminate();
    await expect.poll(() => sent.ended).toBe(2);
  });
});

describe('close codes', () => {
  it.each([
    ['1009 for a message over maxRequestBytes', 1009, (s: RawSocket) => s.send('x'.repeat(70_000))],
    ['4400 for a message that is no JSON', 4400, (s: RawSocket) => s.send('{')],
    ['4400 for a message of unknown type', 4400, (s: RawSocket) => s.send({ type: 'start' })],
    [
      '4400 for a message that only servers send',
      4400,
      (s: RawSocket) => s.send({ type: 'next', id: '1', payload: {} }),
    ],
    [
      '4400 for a participant id that is none',
      4400,
      (s: RawSocket) => s.send({ type: 'connection_init', payload: { participantId: 'x'.repeat(65) } }),
    ],
    ['4401 for an operation before the acknowledgement', 4401, (s: RawSocket) => s.subscribe('1', '{ hello }')],
    ['4408 where connection_init does not come', 4408, () => undefined],
    [
      '4409 for an operation id in use',
      4409,
      (s: RawSocket) => {
        s.send({ type: 'connection_init' });
        void s.next().then(() => {
          s.subscribe('1', 'subscription { never }');
          s.subscribe('1', 'subscription { never }');
        });
      },
    ],
    [
      '4429 for a second connection_init',
      4429,
      (s: RawSocket) => {
        s.send({ type: 'connection_init' });
        s.send({ type: 'connection_init' });
      },
    ],
  ])('are %s', async (_what, code, act) => {
    const limits = { maxRequestBytes: 65_536, maxInlineImageBytes: 1024, connectionInitTimeoutMs: 100 };
    const { url } = await startTransports(limits);
    const socket = await RawSocket.open(url);
    act(socket);
    expect((await socket.closed).code).toBe(code);
  });

  it('say why participant claims are refused, within the length of a close frame', async () => {
    const { url } = await startTransports();
    const socket = await RawSocket.open(url);
    socket.send({ type: 'connection_init', payload: { participantName: '林'.repeat(65) } });
    const { reason } = await socket.closed;
    expect(reason).toMatch(/^participantName: expected a text of 1 to 64/);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  });

  it.each([[''], ['graphql-ws']])('are 4406 for the subprotocol "%s"', async (protocol) => {
    const { url } = await startTransports();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol === '' ? [] : protocol);
    const raw = new RawSocket(socket);
    if (protocol === '') expect((await raw.closed).code).toBe(4406);
    else expect([4406, 1006]).toContain((await raw.closed).code);
  });

  it('are 1001 where the server closes', async () => {
    const { url, close } = await startTransports();
    const socket = await RawSocket.connect(url);
    socket.subscribe('1', 'subscription { never }');
    await socket.request('2', '{ hello }');
    await close();
    expect((await socket.closed).code).toBe(1001);
  });
});

describe('readers that do not read', () => {
  it('cost one message, and get everything in order when they read on', async () => {
    const { url, sent } = await startTransports();
    const socket = await RawSocket.connect(url);
    socket.socket.pause();
    socket.subscribe('1', 'subscription { chunks(count: 600, bytes: 65536) }');
    // The kernel's buffers take a few MB; then the source has to stand still.
    const settled = async () => {
      const before = sent.chunks;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return sent.chunks > 0 && sent.chunks === before;
    };
    await expect.poll(settled, { timeout: 10_000 }).toBe(true);
    expect(sent.chunks).toBeLessThan(400);
    const other = await RawSocket.connect(url);
    expect((await other.request('1', '{ hello }')).data).toEqual({ hello: 'Hello world' });
    socket.socket.resume();
    for (let i = 0; i < 600; i++) {
      const { payload } = await socket.next();
      expect(parseInt((payload as { data: { chunks: string } }).data.chunks, 10)).toBe(i);
    }
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  });

  it('are cut when more than maxSocketBufferBytes wait for them', async () => {
    const limits = { maxSocketBufferBytes: 1024 * 1024, maxOperationsPerSocket: 64 };
    const { url, sent, metrics } = await startTransports(limits);
    const socket = await RawSocket.connect(url);
    socket.socket.pause();
    for (let id = 0; id < 40; id++) socket.subscribe(String(id), 'subscription { chunks(count: 1000, bytes: 262144) }');
    const closed = () => metrics.registry.getSingleMetricAsString('maskwire_sockets_closed_total');
    await expect.poll(closed, { timeout: 10_000 }).toContain('{code="1006"} 1');
    await expect.poll(() => sent.ended).toBe(sent.started);
    expect(sent.chunks * 262_144).toBeLessThan(32 * 1024 * 1024);
    socket.socket.terminate();
  });
});

describe('signs of life', () => {
  it('are asked for; without an answer the person counts as away, then the socket is cut', async () => {
    const limits = { socketPingMs: 20, socketQuietMs: 100, socketTimeoutMs: 3000 };
    const { url, liveness } = await startTransports(limits);
    const socket = await RawSocket.connect(url, {}, { autoPong: false });
    socket.subscribe('1', 'subscription { never }');
    await expect.poll(() => liveness).toHaveLength(1);
    const [connection] = liveness;
    const seen = [connection?.live];
    connection?.onChange(() => seen.push(connection.live));
    await expect.poll(() => seen.at(-1)).toBe(false);
    expect(socket.socket.readyState).toBe(WebSocket.OPEN);
    socket.send({ type: 'ping' });
    expect((await socket.closed).code).toBe(1006);
    expect(seen.slice(seen.indexOf(false))).toEqual([false, true, false]);
  });

  it('keep a socket that answers', async () => {
    // Longer than this thread, which the other end shares, stands still while the machine does other work.
    const socketTimeoutMs = 4000;
    const { url } = await startTransports({ socketPingMs: 20, socketQuietMs: 60, socketTimeoutMs });
    const socket = await RawSocket.connect(url);
    const opened = performance.now();
    while (performance.now() - opened < 1.5 * socketTimeoutMs) await once(socket.socket, 'ping');
    expect((await socket.request('1', '{ hello }')).data).toEqual({ hello: 'Hello world' });
  });
});
