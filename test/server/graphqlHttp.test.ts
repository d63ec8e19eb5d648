import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { post, startTransports, streaming } from './support.js';

/** What Apollo Server answers otherwise than the recommendation, by choice: 400 with a JSON body where 2xx may stand. */
const acceptedWarnings = ['572B', 'FDE2', '7B9B'];

describe('GraphQL over HTTP', () => {
  it('passes the audits of the GraphQL over HTTP specification', async () => {
    const { url } = await startTransports();
    const results = await Promise.all(
      serverAudits({ url: `${url}/graphql` }).map(async (audit) => ({ ...(await audit.fn()), id: audit.id })),
    );
    expect(results.filter(({ status }) => status === 'error')).toEqual([]);
    expect(results.filter(({ status }) => status === 'warn').map(({ id }) => id)).toEqual(acceptedWarnings);
  });

  it('answers a domain error with its code, message and details', async () => {
    const { url } = await startTransports();
    const { errors } = await post(url, { query: '{ refused }' });
    expect(errors).toMatchObject([
      {
        message: 'expected revision 2; got 1',
        path: ['refused'],
        extensions: { code: 'CONFLICT', currentRevision: 2 },
      },
    ]);
  });

  it('masks a fault and logs it under the id that the caller sees, with the id of the request', async () => {
    const { url, lines } = await startTransports();
    const { errors, headers } = await post(url, { query: '{ fault }' });
    const [error] = errors ?? [];
    expect(error?.extensions['code']).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(errors)).not.toContain('secret');
    const errorId = error?.extensions['errorId'];
    expect(error?.message).toContain(errorId);
    const logged = lines.find((line) => line['errorId'] === errorId);
    expect(logged).toMatchObject({ requestId: headers.get('x-request-id'), err: { message: 'secret of the house' } });
  });

  it.each([
    ['a syntax error', { query: '{ hello' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two members of a oneOf input',
      { query: 'mutation { set(input: { value: 1, text: "" }) }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['an unknown operation', { query: 'query a { hello }', operationName: 'b' }, 'BAD_REQUEST'],
    [
      'a variable of the wrong type',
      { query: 'query ($name: String) { hello(name: $name) }', variables: { name: 1 } },
      'BAD_USER_INPUT',
    ],
    ['a subscription', { query: 'subscription { never }' }, 'BAD_REQUEST'],
    ['a persisted query', { extensions: { persistedQuery: { version: 1, sha256Hash: 'ab' } } }, 'BAD_REQUEST'],
    ['no query', {}, 'BAD_REQUEST'],
  ])('answers %s with its code', async (_what, body, code) => {
    const { url } = await startTransports();
    const { errors } = await post(url, body);
    expect(errors?.[0]?.extensions['code']).toBe(code);
  });

  it('refuses batches, forms that a foreign page can send, and bodies that are no JSON', async () => {
    const { url } = await startTransports();
    const send = async (body: string, type: string) => {
      const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': type }, body });
      return [response.status, ((await response.json()) as { errors: { extensions: object }[] }).errors[0]?.extensions];
    };
    expect(await send('[{"query":"{hello}"}]', 'application/json')).toEqual([400, { code: 'BAD_REQUEST' }]);
    expect(await send('{"query":"{hello}"}', 'text/plain')).toEqual([400, { code: 'BAD_REQUEST' }]);
    expect(await send('{"query":', 'application/json')).toEqual([400, { code: 'BAD_REQUEST' }]);
  });

  it('answers TOO_LARGE for a body over maxRequestBytes, announced or not', async () => {
    const { url } = await startTransports({ maxRequestBytes: 4096, maxInlineImageBytes: 1024 });
    const body = JSON.stringify({ query: '{ hello }', variables: { filler: 'x'.repeat(8192) } });
    const headers = { 'content-type': 'application/json' };
    const announced = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
    const stream = new Blob([body]).stream();
    const chunked = await fetch(`${url}/graphql`, { method: 'POST', headers, body: stream, ...streaming });
    for (const response of [announced, chunked]) {
      expect(response.status).toBe(413);
      const answer: unknown = await response.json();
      expect(answer).toMatchObject({ errors: [{ extensions: { code: 'TOO_LARGE', limit: 'maxRequestBytes' } }] });
    }
  });

  it('knows the participant by headers, percent-encoded where needed', async () => {
    const { url } = await startTransports();
    const who = async (headers: Record<string, string>) =>
      (await post(url, { query: '{ who }' }, headers)).data?.['who'];
    expect(await who({})).toBe('anonymous/Anonymous');
    expect(await who({ 'x-participant-id': 'u1' })).toBe('u1/u1');
    expect(await who({ 'x-participant-id': 'u1', 'x-participant-name': encodeURIComponent('Zoë 林') })).toBe(
      'u1/Zoë 林',
    );
  });

  it.each([
    ['too long', 'x'.repeat(65)],
    ['control characters', '%00'],
    ['broken encoding', '%E0%A4%A'],
  ])('answers BAD_USER_INPUT for a participant id with %s', async (_what, id) => {
    const { url } = await startTransports();
    const { status, errors } = await post(url, { query: '{ who }' }, { 'x-participant-id': id });
    expect([status, errors?.[0]?.extensions['code']]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it('logs operations with errors under the ids of request and session', async () => {
    const { url, lines } = await startTransports();
    const query = 'query Try($sessionId: String!) { echo(text: $sessionId) refused }';
    const { headers } = await post(url, { query, variables: { sessionId: 'ses_1' } });
    expect(lines.find(({ message }) => message === 'operation')).toMatchObject({
      level: 'info',
      requestId: headers.get('x-request-id'),
      sessionId: 'ses_1',
      operation: 'Try',
      errors: ['CONFLICT: expected revision 2; got 1'],
    });
  });

  it('keeps a well formed x-request-id and replaces another', async () => {
    const { url } = await startTransports();
    const idFor = async (id: string) =>
      (await post(url, { query: '{ hello }' }, { 'x-request-id': id })).headers.get('x-request-id');
    expect(await idFor('proxy-7')).toBe('proxy-7');
    expect(await idFor('a b')).toMatch(/^[\da-f-]{36}$/);
  });

  it('refuses operations once it stops', async () => {
    const { url, lifecycle } = await startTransports();
    lifecycle.stop();
    const { status, errors, headers } = await post(url, { query: '{ hello }' });
    expect([status, errors?.[0]?.extensions['code'], headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '1']);
  });
});

describe('limits of documents over HTTP', () => {
  const nested = (depth: number) => '{ tree '.repeat(depth) + '{ leaf }' + ' }'.repeat(depth);

  it.each([
    ['maxQueryTokens', { maxQueryTokens: 100 }, `{ ${'hello '.repeat(101)} }`, 'GRAPHQL_PARSE_FAILED'],
    ['maxQueryCharacters', { maxQueryCharacters: 1024 }, `{ hello }${' '.repeat(1024)}`, 'TOO_LARGE'],
    ['maxQueryRepetition', { maxQueryRepetition: 100 }, `{ ${'hello '.repeat(11)} }`, 'TOO_LARGE'],
    ['maxQueryDepth', { maxQueryDepth: 5 }, nested(6), 'GRAPHQL_VALIDATION_FAILED'],
    ['maxQueryCost', { maxQueryCost: 100 }, nested(12), 'GRAPHQL_VALIDATION_FAILED'],
    ['maxQueryAliases', { maxQueryAliases: 1 }, '{ a: hello b: hello }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'maxQueryDirectives',
      { maxQueryDirectives: 1 },
      '{ hello @skip(if: false) @include(if: true) }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('refuses a document over %s', async (limit, config, query, code) => {
    const { url } = await startTransports(config);
    const { status, errors } = await post(url, { query });
    expect([status, errors?.[0]?.extensions['code']]).toEqual([code === 'TOO_LARGE' ? 413 : 400, code]);
    if (limit !== 'maxQueryTokens') expect(errors?.[0]?.extensions['limit']).toBe(limit);
  });

  it('refuses a document over a limit in the address too', async () => {
    const { url } = await startTransports({ maxQueryRepetition: 100 });
    const query = encodeURIComponent(`{ ${'hello '.repeat(11)} }`);
    const response = await fetch(`${url}/graphql?query=${query}`, { headers: { 'apollo-require-preflight': 'yes' } });
    expect([response.status, await response.json()]).toMatchObject([
      413,
      { errors: [{ extensions: { limit: 'maxQueryRepetition' } }] },
    ]);
  });
});
