import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RawSocket, startTransports, temporaryFolder } from './support.js';

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('pages', () => {
  it('redirect / to GraphiQL until there is a page', async () => {
    const { url } = await startTransports();
    const response = await fetch(url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql']);
  });

  it('are served at / where there is one, beside the API', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'index.html'), '<title>page</title>');
    const { url } = await startTransports({}, folder);
    expect(await (await fetch(url)).text()).toBe('<title>page</title>');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('answer browsers with GraphiQL that loads nothing from elsewhere, and 304 the second time', async () => {
    const { url } = await startTransports();
    const response = await fetch(`${url}/graphql`, { headers: html });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await response.text();
    expect(page).toContain('"subscriptionsProtocol":"WS"');
    expect([...page.matchAll(/<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)="(?!data:|\$)[^"]*"/g)]).toEqual([]);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    const headers = { ...html, 'if-none-match': response.headers.get('etag') ?? '', 'cache-control': 'max-age=0' };
    expect((await fetch(`${url}/graphql`, { headers })).status).toBe(304);
  });

  it('answer GET queries of programs with data', async () => {
    const { url } = await startTransports();
    const headers = { 'apollo-require-preflight': 'yes' };
    const response = await fetch(`${url}/graphql?query={hello}`, { headers });
    expect(await response.json()).toEqual({ data: { hello: 'Hello world' } });
  });

  it('answer 404 as JSON where there is nothing', async () => {
    const { url } = await startTransports();
    const response = await fetch(`${url}/nothing`);
    expect([response.status, await response.json()]).toEqual([
      404,
      { error: { code: 'NOT_FOUND', message: 'There is nothing at GET /nothing.' } },
    ]);
  });
});

describe('health', () => {
  it('is ready until the server stops, and alive after', async () => {
    const { url, lifecycle } = await startTransports();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    lifecycle.stop();
    const response = await fetch(`${url}/readyz`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'not ready', checks: { stopping: 'stopping' } },
    ]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe('/metrics', () => {
  it('counts sockets, subscriptions, operations by outcome, and requests by route', async () => {
    const { url } = await startTransports();
    const socket = await RawSocket.connect(url);
    socket.subscribe('1', 'subscription { never }');
    await socket.request('2', '{ refused }');
    await fetch(`${url}/made/up`);
    await fetch(`${url}/images/unknown`);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toMatch(/^maskwire_sockets 1$/m);
    expect(text).toMatch(/^maskwire_subscriptions 1$/m);
    expect(text).toMatch(
      /^maskwire_operation_seconds_count\{transport="websocket",type="query",outcome="CONFLICT"\} 1$/m,
    );
    expect(text).toMatch(/^maskwire_http_request_seconds_count\{method="GET",route="\/",status="404"\} 1$/m);
    expect(text).toMatch(/^maskwire_http_request_seconds_count\{method="GET",route="\/images",status="404"\} 1$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });
});

describe('other origins', () => {
  it('may use the API where the operator allows them, and only then', async () => {
    const { url } = await startTransports({ allowedOrigins: ['https://app.example.org'] });
    const preflight = (origin: string) =>
      fetch(`${url}/images`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } });
    const allowed = await preflight('https://app.example.org');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'https://app.example.org',
    ]);
    expect(allowed.headers.get('access-control-allow-methods')).toContain('PUT');
    const refused = await preflight('https://evil.example.org');
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(refused.headers.get('vary')).toContain('Origin');
  });
});
