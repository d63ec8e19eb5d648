import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { Embedding } from './model.js';

/** First bytes of a file: name and version of the format. */
const MAGIC = Buffer.from('MWEMB001', 'latin1');
/** Magic, then CRC-32 of all that follows, then length of the header in bytes: 32 bits each, little-endian. */
const PREFIX_BYTES = MAGIC.length + 4;
const HEADER_LENGTH_BYTES = 4;
/** How full the folder is left when it went over its budget, so that not every write has to look for old files. */
const KEPT_SHARE = 0.9;

const size = z.object({ width: z.int().positive(), height: z.int().positive() });
const header = z.object({
  original: size,
  content: size,
  tensors: z.array(z.object({ name: z.string(), dims: z.array(z.int().positive()).readonly() })),
});

/** Which embedding: the folder is made of the model's id and fingerprint; an image's id may hold any character. */
export interface EmbeddingName {
  readonly modelFolder: string;
  readonly imageId: string;
}

/**
 * Embeddings on disk, one file each. Written under a temporary name and renamed, so a file is whole or absent even if
 * the process dies; not synced, because what a power cut damages is found by its checksum and encoded again.
 */
export class EmbeddingFiles {
  /** Bytes of all files; unknown until the first write. */
  private bytes: number | undefined;

  /** @param maxBytes beyond which the least recently used files are deleted. */
  constructor(
    private readonly folder: string,
    private readonly maxBytes: number,
  ) {}

  /** @returns null where there is none, or where it is damaged: then it is deleted. Marks it as used now. */
  read(name: EmbeddingName): Embedding | null {
    const path = this.path(name);
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const embedding = parse(bytes);
    if (embedding === null) rmSync(path, { force: true });
    else touch(path);
    return embedding;
  }

  write(name: EmbeddingName, embedding: Embedding): void {
    const path = this.path(name);
    const parts = format(embedding);
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, Buffer.concat(parts));
    renameSync(temporary, path);
    const written = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.bytes = this.bytes === undefined ? sumOf(this.list()) : this.bytes + written;
    if (this.bytes > this.maxBytes) this.deleteOldest();
  }

  private deleteOldest(): void {
    const files = this.list().sort((a, b) => a.usedAt - b.usedAt);
    let bytes = sumOf(files);
    for (const file of files) {
      if (bytes <= this.maxBytes * KEPT_SHARE) break;
      rmSync(file.path, { force: true });
      bytes -= file.bytes;
    }
    this.bytes = bytes;
  }

  /** Temporary files that a crash left count too, and go when they are the oldest. */
  private list(): { path: string; bytes: number; usedAt: number }[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => {
        const path = join(entry.parentPath, entry.name);
        const stats = statSync(path, { throwIfNoEntry: false });
        return stats ? [{ path, bytes: stats.size, usedAt: stats.mtimeMs }] : [];
      });
  }

  private path({ modelFolder, imageId }: EmbeddingName): string {
    return join(this.folder, modelFolder, `${encodeURIComponent(imageId)}.embedding`);
  }
}

function sumOf(files: readonly { bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The modification time stands for the last use: access times are often not kept. */
function touch(path: string): void {
  const now = new Date();
  utimesSync(path, now, now);
}

function format({ tensors, original, content }: Embedding): Buffer[] {
  const entries = Object.entries(tensors);
  const shapes = entries.map(([name, { dims }]) => ({ name, dims }));
  const description = { original, content, tensors: shapes } satisfies z.infer<typeof header>;
  const headerBytes = Buffer.from(JSON.stringify(description));
  const headerLength = Buffer.alloc(HEADER_LENGTH_BYTES);
  headerLength.writeUInt32LE(headerBytes.byteLength);
  const data = entries.map(([, { data: floats }]) => Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength));
  const body = [headerLength, headerBytes, ...data];
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(body.reduce((sum, part) => crc32(part, sum), 0));
  return [MAGIC, checksum, ...body];
}

/** @returns null where a single byte is not as it was written. */
function parse(bytes: Buffer): Embedding | null {
  if (bytes.byteLength < PREFIX_BYTES + HEADER_LENGTH_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
    return null;
  if (crc32(bytes.subarray(PREFIX_BYTES)) !== bytes.readUInt32LE(MAGIC.length)) return null;
  const headerBegin = PREFIX_BYTES + HEADER_LENGTH_BYTES;
  let offset = headerBegin + bytes.readUInt32LE(PREFIX_BYTES);
  const { original, content, tensors } = header.parse(JSON.parse(bytes.toString('utf8', headerBegin, offset)));
  const entries = tensors.map(({ name, dims }) => {
    const end = offset + dims.reduce((product, dim) => product * dim, Float32Array.BYTES_PER_ELEMENT);
    const data = new Float32Array(Uint8Array.from(bytes.subarray(offset, end)).buffer);
    offset = end;
    return [name, { data, dims }] as const;
  });
  return { original, content, tensors: Object.fromEntries(entries) };
}
