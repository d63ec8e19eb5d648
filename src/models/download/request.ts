import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { MaskwireError } from '#src/errors.js';
import type { DownloadLimits } from './limits.js';

/** The connection failed or ended early: what has come is good, and another connection may bring the rest. */
export class CutError extends Error {
  override readonly name = 'CutError';
}

/**
 * Asks for a file and follows redirects, to other hosts too. One from https to http is refused unless the source was
 * http itself: who gave an https address trusts its host and nobody on the way.
 * @returns the answer, whatever its status but a redirect; its body is still to be read.
 * @throws MaskwireError UNAVAILABLE for a redirect that is not followed; CutError where there was no answer.
 */
export async function openRemote(
  source: URL,
  headers: Readonly<Record<string, string>>,
  limits: DownloadLimits,
): Promise<IncomingMessage> {
  let url = source;
  for (let redirects = 0; ; redirects++) {
    const response = await open(url, headers, limits.connectTimeoutMs);
    const location = redirectOf(response.statusCode, response.headers);
    if (location === null) return response;
    response.destroy();
    if (redirects === limits.maxRedirects) {
      throw refused(source, `expected at most ${limits.maxRedirects} redirects, but there are more`);
    }
    const next = URL.canParse(location, url.href) ? new URL(location, url) : null;
    if (next === null || !/^https?:$/.test(next.protocol)) {
      throw refused(source, `expected a redirect to an http or https address, but got ${JSON.stringify(location)}`);
    }
    if (next.protocol === 'http:' && source.protocol === 'https:') {
      throw refused(source, `expected to stay on https, but was sent to ${next.origin}`);
    }
    url = next;
  }
}

function redirectOf(status: number | undefined, { location }: IncomingHttpHeaders): string | null {
  return status !== undefined && [301, 302, 303, 307, 308].includes(status) ? (location ?? '') : null;
}

function refused(source: URL, what: string): MaskwireError {
  return new MaskwireError('UNAVAILABLE', `${source.href}: ${what}.`);
}

function open(url: URL, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      // The bytes of the file themselves: ranges of a compressed answer would be ranges of something else.
      headers: { 'user-agent': 'maskwire', accept: '*/*', 'accept-encoding': 'identity', ...headers },
    });
    const timer = setTimeout(() => {
      request.destroy(new CutError(`${url.host} did not answer within ${timeoutMs} ms`));
    }, timeoutMs);
    request.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error instanceof CutError ? error : new CutError(`${url.host}: ${error.message}`, { cause: error }));
    });
    request.end();
  });
}
