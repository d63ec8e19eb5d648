import { mkdir, open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const note = z.object({ url: z.string(), validator: z.string().nullable() });

/**
 * The bytes that have come of a file, `<path>.part`, and beside them a note of where they came from. Whatever ends the
 * process leaves them, and the next download goes on from there.
 */
export class PartFile {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly url: string,
    /** How many bytes there are. */
    public bytes: number,
    /** What the server calls this version of the file, for `If-Range`; null where it does not say. */
    public validator: string | null,
  ) {}

  /** Opens what there is of `path`; what came from another address does not count. */
  static async open(path: string, url: string): Promise<PartFile> {
    await mkdir(dirname(path), { recursive: true });
    const known = await readNote(`${path}.part.json`);
    const handle = await open(`${path}.part`, 'a');
    const part = new PartFile(path, handle, url, (await handle.stat()).size, known?.validator ?? null);
    if (known?.url !== url) await part.restart(null);
    return part;
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.handle.appendFile(chunk);
    this.bytes += chunk.byteLength;
  }

  /** Forgets all bytes: the next ones begin the file. */
  async restart(validator: string | null): Promise<void> {
    await this.handle.truncate(0);
    this.bytes = 0;
    this.validator = validator;
    await writeFile(`${this.path}.part.json`, JSON.stringify({ url: this.url, validator }));
  }

  /** Keeps the bytes for another time. */
  async close(): Promise<void> {
    await this.handle.close();
    // A write that failed halfway may have left bytes that were not counted: they are in order, so they count.
    this.bytes = (await stat(`${this.path}.part`)).size;
  }

  /** The path of the bytes while they are not the file yet. */
  get partPath(): string {
    return `${this.path}.part`;
  }

  /** Gives the bytes the file's name, for good. Call after `close`. */
  async finish(): Promise<void> {
    const handle = await open(this.partPath, 'r+');
    await handle.sync();
    await handle.close();
    await rename(this.partPath, this.path);
    await rm(`${this.path}.part.json`, { force: true });
  }

  /** Deletes the bytes. Call after `close`. */
  async discard(): Promise<void> {
    await rm(this.partPath, { force: true });
    await rm(`${this.path}.part.json`, { force: true });
  }
}

async function readNote(path: string): Promise<z.infer<typeof note> | null> {
  try {
    return note.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Missing, or cut short by the end of the process: then nobody knows where the bytes came from.
    return null;
  }
}
