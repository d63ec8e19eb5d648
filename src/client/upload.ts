import { MaskwireClientError } from './errors.js';

/** What the server says of an image that was uploaded. */
export interface UploadedImage {
  /** Give it to `openSession`. */
  readonly id: string;
  /** Pixels of the upright image. */
  readonly width: number;
  readonly height: number;
}

export interface UploadOptions {
  /** @param totalBytes null where the length of a stream is not known. */
  readonly onProgress?: ((sentBytes: number, totalBytes: number | null) => void) | undefined;
  /** Ends the upload, which then rejects with ABORTED. */
  readonly signal?: AbortSignal | undefined;
}

export type ImageFile = Blob | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>;

interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * Uploads an image file as it is.
 * @param send absent: XMLHttpRequest where there is one, because only it tells the progress of an upload in browsers.
 * @throws MaskwireClientError IMAGE_REJECTED, TOO_LARGE, OVERLOADED … as the server says, CONNECTION_FAILED, ABORTED.
 */
export async function upload(
  url: string,
  headers: Readonly<Record<string, string>>,
  file: ImageFile,
  options: UploadOptions,
  send: typeof fetch | undefined,
): Promise<UploadedImage> {
  const inBrowser = send === undefined && typeof XMLHttpRequest !== 'undefined';
  const answer = inBrowser
    ? await viaXhr(url, headers, file instanceof ReadableStream ? await new Response(file).blob() : file, options)
    : await viaFetch(url, headers, file, options, send ?? fetch);
  return imageOf(answer);
}

async function viaFetch(
  url: string,
  headers: Readonly<Record<string, string>>,
  file: ImageFile,
  { onProgress, signal }: UploadOptions,
  send: typeof fetch,
): Promise<Answer> {
  const body = onProgress === undefined ? file : counted(file, onProgress);
  try {
    // `duplex`, which a stream needs, is not in the types of every environment.
    const request = { method: 'PUT', headers, body, signal: signal ?? null, duplex: 'half' };
    const response = await send(url, request);
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    throw failure(cause, signal);
  }
}

function counted(file: ImageFile, onProgress: NonNullable<UploadOptions['onProgress']>): ReadableStream<Uint8Array> {
  const total = file instanceof Blob ? file.size : file instanceof Uint8Array ? file.byteLength : null;
  const stream = file instanceof ReadableStream ? file : new Blob([file]).stream();
  let sent = 0;
  return stream.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (chunk, controller) => {
        controller.enqueue(chunk);
        onProgress((sent += chunk.byteLength), total);
      },
    }),
  );
}

function viaXhr(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Blob | Uint8Array<ArrayBuffer>,
  { onProgress, signal }: UploadOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open('PUT', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total, lengthComputable }) =>
      onProgress?.(loaded, lengthComputable ? total : null);
    request.onload = () => resolve({ status: request.status, text: request.responseText });
    request.onerror = () => reject(failure(undefined, signal));
    request.onabort = () => reject(failure(undefined, signal));
    request.onloadend = () => signal?.removeEventListener('abort', abort);
    if (signal?.aborted) {
      reject(failure(undefined, signal));
      return;
    }
    signal?.addEventListener('abort', abort);
    request.send(body);
  });
}

function failure(cause: unknown, signal: AbortSignal | undefined): MaskwireClientError {
  return signal?.aborted
    ? new MaskwireClientError('ABORTED', 'The upload was aborted.', {}, { cause: signal.reason })
    : new MaskwireClientError('CONNECTION_FAILED', 'The upload failed: the server cannot be reached.', {}, { cause });
}

function imageOf({ status, text }: Answer): UploadedImage {
  const body = parsed(text) as Partial<UploadedImage> & { error?: { code?: string; message?: string } };
  const { id, width, height, error } = body;
  if (id !== undefined && width !== undefined && height !== undefined) return { id, width, height };
  const { code, message, ...extensions } = error ?? {};
  throw new MaskwireClientError(
    code ?? 'CONNECTION_FAILED',
    message ?? `Expected the server to answer an image, got HTTP status ${status}.`,
    { ...extensions, status },
  );
}

/** An object in any case: a proxy in between may answer anything. */
function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
