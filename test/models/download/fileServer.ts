import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Bytes that repeat nowhere, so that none can be missing or doubled without a wrong hash. */
export function bytesOf(length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < length; i++) blocks.push(createHash('sha256').update(`${i}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export interface FileServer {
  readonly url: string;
  /** What was asked for, oldest first. */
  readonly requests: readonly IncomingMessage[];
}

/** A server on a free port that goes with the test. @param answer is given the number of the request, from 0. */
export async function serveFile(
  answer: (request: IncomingMessage, response: ServerResponse, number: number) => void,
): Promise<FileServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response, requests.length - 1);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.onnx`, requests };
}

/** Answers as a good server does: ranges, an ETag, If-Range. */
export function sendRange(bytes: Buffer, etag: string, request: IncomingMessage, response: ServerResponse): void {
  const { range, 'if-range': condition } = request.headers;
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? NaN);
  if (Number.isNaN(from) || (condition !== undefined && condition !== etag)) {
    response.writeHead(200, { 'content-length': bytes.length, etag }).end(bytes);
  } else if (from >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  } else {
    const rest = bytes.subarray(from);
    const contentRange = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(206, { 'content-length': rest.length, 'content-range': contentRange, etag }).end(rest);
  }
}

/** Sends the first `count` bytes of a file, and cuts the connection when they are in the client's part file. */
export function sendAndCut(bytes: Buffer, count: number, etag: string, response: ServerResponse, path: string): void {
  response.writeHead(200, { 'content-length': bytes.length, etag }).write(bytes.subarray(0, count));
  void fileSize(`${path}.part`, count).then(() => response.destroy());
}

/** Resolves when a file has so many bytes. */
export async function fileSize(path: string, bytes: number): Promise<void> {
  while ((await stat(path).catch(() => null))?.size !== bytes) await new Promise((go) => setTimeout(go, 5));
}
