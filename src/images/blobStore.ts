import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { MaskwireError } from '#src/errors.js';
import { Staging } from './staging.js';

const PIECE_BYTES = 256 * 1024;

export type ByteSource = Uint8Array | AsyncIterable<Uint8Array>;

export interface PutOptions {
  readonly maxBytes: number;
  /** What `details.limit` says when `maxBytes` is crossed. */
  readonly limitName?: string;
}

export interface PutResult {
  /** SHA-256 of the bytes, 64 lower-case hex digits. */
  readonly digest: string;
  readonly bytes: number;
  /** False where the store had these bytes already. */
  readonly created: boolean;
}

/** Bytes that have been received and hashed but do not count as stored. */
export interface StagedBlob {
  readonly path: string;
  readonly digest: string;
  readonly bytes: number;
}

/**
 * Files known by the SHA-256 of their bytes, at `<folder>/ab/<digest>`. A blob is there whole or not at all, also when
 * the process is killed while writing, and what `put` has answered is durable. One process at a time writes.
 */
export class BlobStore {
  /** The latest commit or delete of each digest that is under way; the next one of the same digest waits for it. */
  readonly #changes = new Map<string, Promise<unknown>>();

  private constructor(
    private readonly folder: string,
    private readonly staging: Staging,
  ) {}

  /** Opens the store, making the folder where it is missing, and removes what broken-off writes left behind. */
  static async open(folder: string): Promise<BlobStore> {
    return new BlobStore(folder, await Staging.open(join(folder, 'staging')));
  }

  /**
   * Stores bytes. A stream is written as it comes, never held in memory.
   * @throws MaskwireError TOO_LARGE where more than `maxBytes` come, and whatever the stream fails with; either way
   *   nothing is left behind. A stream that is too large is not destroyed, so that a server can still answer on its socket.
   */
  async put(source: ByteSource, options: PutOptions): Promise<PutResult> {
    const staged = await this.stage(source, options);
    try {
      return { digest: staged.digest, bytes: staged.bytes, created: await this.commit(staged) };
    } finally {
      await this.discard(staged);
    }
  }

  /** The first half of `put`: receives and hashes. The caller commits or discards. Throws as `put` does. */
  async stage(source: ByteSource, { maxBytes, limitName = 'maxBytes' }: PutOptions): Promise<StagedBlob> {
    // A stream that fails before it is read would end the process; reading it throws the same error.
    if (source instanceof Readable) source.on('error', () => undefined);
    const path = this.staging.newPath();
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      const file = await open(path, 'wx');
      try {
        for await (const chunk of chunksOf(source)) {
          bytes += chunk.length;
          if (bytes > maxBytes) throw tooLarge(limitName, maxBytes);
          hash.update(chunk);
          await file.appendFile(chunk);
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { path, digest: hash.digest('hex'), bytes };
  }

  /**
   * Stages what `write` puts at the path that it is given, and answers what it answers. Leaves nothing behind where it
   * throws.
   */
  async stageFile<T>(
    write: (path: string) => Promise<T>,
  ): Promise<{ readonly staged: StagedBlob; readonly result: T }> {
    const path = this.staging.newPath();
    try {
      const result = await write(path);
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        hash.update(chunk);
      }
      return { staged: { path, digest: hash.digest('hex'), bytes }, result };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Makes a staged blob a stored one. Answers false where the store had these bytes already. */
  async commit(staged: StagedBlob): Promise<boolean> {
    return this.#inTurn(staged.digest, async () => {
      if (await this.has(staged.digest)) return false;
      await this.staging.publish(staged.path, this.pathOf(staged.digest));
      return true;
    });
  }

  /** Forgets a staged blob. Does nothing to one that was committed. */
  async discard(staged: StagedBlob): Promise<void> {
    await rm(staged.path, { force: true });
  }

  /** Where the blob's file stands, or would stand. */
  pathOf(digest: string): string {
    if (!/^[0-9a-f]{64}$/.test(digest)) throw new TypeError(`Expected 64 lower-case hex digits, got "${digest}".`);
    return join(this.folder, digest.slice(0, 2), digest);
  }

  async has(digest: string): Promise<boolean> {
    return access(this.pathOf(digest)).then(
      () => true,
      () => false,
    );
  }

  /** Removes a blob. Does nothing where there is none. */
  async delete(digest: string): Promise<void> {
    await this.#inTurn(digest, () => rm(this.pathOf(digest), { force: true }));
  }

  async #inTurn<T>(digest: string, change: () => Promise<T>): Promise<T> {
    const mine = (this.#changes.get(digest) ?? Promise.resolve()).then(change, change);
    this.#changes.set(digest, mine);
    try {
      return await mine;
    } finally {
      if (this.#changes.get(digest) === mine) this.#changes.delete(digest);
    }
  }
}

function chunksOf(source: ByteSource): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (source instanceof Uint8Array) return piecesOf(source);
  if (source instanceof Readable) return source.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  return source;
}

/** So that hashing a large buffer lets the event loop run in between. */
function* piecesOf(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) yield bytes.subarray(start, start + PIECE_BYTES);
}

function tooLarge(limit: string, maxBytes: number): MaskwireError {
  return new MaskwireError('TOO_LARGE', `Expected at most ${maxBytes} bytes (${limit}); more came.`, { limit });
}
