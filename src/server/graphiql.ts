import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';

const title = 'maskwire · GraphiQL';

const firstQuery = `# The API of this server: the docs are behind the book on the left.
# Subscriptions work here too.
query Models {
  models { id name license isDefault promptKinds inputLongestSide }
}
`;

/** Nothing that the page does may reach another server: it works where there is no network. */
const policy = [
  "default-src 'self' data: blob:",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self' ws: wss:",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The part of the package that is used here. Its own types would bring those of the browser into the whole project, so
 * the compiler must not follow the import.
 */
interface Renderer {
  readonly renderGraphiQL: (options: {
    readonly title: string;
    readonly endpoint: string;
    readonly subscriptionsProtocol: 'WS';
    readonly defaultQuery: string;
  }) => string;
}

let page: Promise<{ html: Buffer; etag: string }> | undefined;

/** Answers browsers with GraphiQL and leaves every other request to GraphQL. */
export const graphiqlPage: RequestHandler = async (request, response, next) => {
  if (request.accepts(['application/json', 'text/html']) !== 'text/html') {
    next();
    return;
  }
  page ??= render();
  const { html, etag } = await page;
  response.set({ 'content-security-policy': policy, 'cache-control': 'no-cache', etag }).type('html');
  if (request.fresh) response.status(304).end();
  else response.send(html);
};

/** The page carries all its scripts, about 9 MB, so it is read only when somebody asks for it, and made once. */
async function render() {
  const { renderGraphiQL } = (await import(import.meta.resolve('@graphql-yoga/render-graphiql'))) as Renderer;
  const html = Buffer.from(
    renderGraphiQL({ title, endpoint: '/graphql', subscriptionsProtocol: 'WS', defaultQuery: firstQuery }),
  );
  return { html, etag: `"${createHash('sha256').update(html).digest('base64url').slice(0, 22)}"` };
}
