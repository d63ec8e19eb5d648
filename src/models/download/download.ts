import type { IncomingMessage } from 'node:http';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MaskwireError } from '#src/errors.js';
import { digestOf, type Digest } from './digest.js';
import { DEFAULT_DOWNLOAD_LIMITS, type DownloadLimits } from './limits.js';
import { PartFile } from './partFile.js';
import { CutError, openRemote } from './request.js';

export interface DownloadSource {
  /** http or https. */
  readonly url: string;
  /** Null where nobody has published it. */
  readonly bytes: number | null;
  readonly digest: Digest;
}

export interface DownloadOptions {
  readonly limits?: Partial<DownloadLimits>;
  /** Bytes that have come, those of earlier tries included, and bytes of the file, null where nobody says. */
  readonly onProgress?: (done: number, total: number | null) => void;
}

/**
 * Downloads a file. It appears under `path` only when its size and its hash are right. What came before, in this
 * process or in one that was killed, is used where the server allows ranges (RFC 9110: Range with If-Range).
 * @throws MaskwireError UNAVAILABLE where the server, the connection or the disk does not do its part: what has come
 *   stays, and the same call goes on from there. BAD_USER_INPUT where the bytes are not the ones that were asked for:
 *   names both values, and keeps nothing.
 */
export async function download(source: DownloadSource, path: string, options: DownloadOptions = {}): Promise<void> {
  const limits = { ...DEFAULT_DOWNLOAD_LIMITS, ...options.limits };
  if (await isComplete(source, path)) return;
  const part = await PartFile.open(path, source.url);
  try {
    await fetchAll(source, part, limits, options.onProgress ?? (() => undefined));
  } catch (error) {
    await part.close();
    if (error instanceof MaskwireError && error.code === 'BAD_USER_INPUT') await part.discard();
    throw error instanceof MaskwireError
      ? error
      : new MaskwireError('UNAVAILABLE', messageOf(error, part), {}, { cause: error });
  }
  await part.close();
  const actual = await digestOf(part.partPath, source.digest.algorithm);
  if (actual !== source.digest.value) {
    await part.discard();
    throw wrong(source, `${source.digest.algorithm} ${source.digest.value}`, actual);
  }
  await part.finish();
}

/** Whether the file is there: what ended the process may have come while another file of the same model was on its way. */
async function isComplete({ digest }: DownloadSource, path: string): Promise<boolean> {
  return existsSync(path) && (await digestOf(path, digest.algorithm)) === digest.value;
}

/** Connects again and again, each time for the rest. */
async function fetchAll(
  source: DownloadSource,
  part: PartFile,
  limits: DownloadLimits,
  onProgress: NonNullable<DownloadOptions['onProgress']>,
): Promise<void> {
  if (part.bytes > 0 && part.bytes === source.bytes) return;
  await assertRoom(source, part);
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchRest(source, part, limits, onProgress);
      return;
    } catch (error) {
      if (!(error instanceof CutError) || attempt === limits.maxAttempts) throw error;
      await delay(limits.retryDelayMs);
    }
  }
}

async function fetchRest(
  source: DownloadSource,
  part: PartFile,
  limits: DownloadLimits,
  onProgress: NonNullable<DownloadOptions['onProgress']>,
): Promise<void> {
  const response = await openRemote(new URL(source.url), rangeFrom(part), limits);
  try {
    await begin(source, part, response);
    const length = Number(response.headers['content-length'] ?? NaN);
    const total = Number.isNaN(length) ? null : part.bytes + length;
    if (source.bytes !== null && total !== null && total !== source.bytes) {
      throw wrong(source, `${source.bytes} bytes`, `${total}`);
    }
    const most = source.bytes ?? limits.maxUnknownBytes;
    onProgress(part.bytes, source.bytes ?? total);
    for await (const chunk of watched(response, limits)) {
      if (part.bytes + chunk.byteLength > most) throw wrong(source, `at most ${most} bytes`, 'more');
      await part.append(chunk);
      onProgress(part.bytes, source.bytes ?? total);
    }
    const announced = source.bytes ?? total;
    if (announced !== null && part.bytes < announced) {
      throw new CutError(`the connection ended after ${part.bytes} of ${announced} bytes`);
    }
  } finally {
    response.destroy();
  }
}

function rangeFrom({ bytes, validator }: PartFile): Record<string, string> {
  if (bytes === 0) return {};
  return { range: `bytes=${bytes}-`, ...(validator !== null && { 'if-range': validator }) };
}

/** Makes the part ready for the answer's body: goes on, or begins again where the server sends the whole file. */
async function begin(source: DownloadSource, part: PartFile, response: IncomingMessage): Promise<void> {
  const { statusCode: status, statusMessage = '', headers } = response;
  if (status === 200) {
    await part.restart(validatorOf(response));
  } else if (status === 416 || (status === 206 && !headers['content-range']?.startsWith(`bytes ${part.bytes}-`))) {
    await part.restart(null);
    throw new CutError('the server does not go on where the last connection ended');
  } else if (status !== undefined && (status >= 500 || status === 408 || status === 429)) {
    throw new CutError(`the server answered ${status} ${statusMessage}`);
  } else if (status !== 206) {
    throw new MaskwireError(
      'UNAVAILABLE',
      `${source.url}: expected the file, but the server answered ${status ?? 'nothing'} ${statusMessage}.`,
    );
  }
}

/** Only what names these very bytes: a weak ETag does not. */
function validatorOf({ headers }: IncomingMessage): string | null {
  const { etag } = headers;
  return (etag?.startsWith('"') ? etag : headers['last-modified']) ?? null;
}

/** The body, given up where nothing comes any more or too little. */
async function* watched(response: IncomingMessage, limits: DownloadLimits): AsyncGenerator<Buffer> {
  const { idleTimeoutMs, slowWindowMs, minBytesPerSecond } = limits;
  const giveUp = (reason: string) => response.destroy(new CutError(reason));
  const idle = setTimeout(() => giveUp(`no byte came for ${idleTimeoutMs} ms`), idleTimeoutMs);
  let inWindow = 0;
  const slow = setInterval(() => {
    if (inWindow < (minBytesPerSecond * slowWindowMs) / 1000) {
      giveUp(`less than ${minBytesPerSecond} bytes a second came for ${slowWindowMs} ms`);
    }
    inWindow = 0;
  }, slowWindowMs);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      inWindow += chunk.byteLength;
      idle.refresh();
      yield chunk;
    }
  } catch (error) {
    throw error instanceof CutError ? error : new CutError(error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(idle);
    clearInterval(slow);
  }
}

async function assertRoom({ url, bytes }: DownloadSource, part: PartFile): Promise<void> {
  if (bytes === null) return;
  const { bavail, bsize } = await statfs(dirname(part.partPath));
  const needed = bytes - part.bytes;
  if (bavail * bsize >= needed) return;
  throw new MaskwireError(
    'UNAVAILABLE',
    `${url}: expected room for ${needed} more bytes in ${dirname(part.partPath)}, but ${bavail * bsize} are free.`,
  );
}

function wrong({ url }: DownloadSource, expected: string, actual: string): MaskwireError {
  return new MaskwireError('BAD_USER_INPUT', `${url}: expected ${expected}, but got ${actual}. Nothing was kept.`);
}

function messageOf(error: unknown, { bytes, partPath }: PartFile): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `The download stopped: ${reason}. ${bytes} bytes are in ${partPath}; the same command goes on from there.`;
}
