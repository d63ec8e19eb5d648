import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Remembers, as an empty file each, the blobs that are stored and have no facts yet: those that a killed process may
 * leave behind unused. Not synced: what a power cut takes of it costs the room of a file, not a file.
 */
export class Unfinished {
  private constructor(private readonly folder: string) {}

  /** Opens the folder, making it where it is missing. */
  static async open(folder: string): Promise<Unfinished> {
    await mkdir(folder, { recursive: true });
    return new Unfinished(folder);
  }

  async begin(digest: string): Promise<void> {
    await writeFile(join(this.folder, digest), '');
  }

  async end(digest: string): Promise<void> {
    await rm(join(this.folder, digest), { force: true });
  }

  /** Digests of what has begun and not ended. */
  async list(): Promise<readonly string[]> {
    return (await readdir(this.folder)).filter((name) => /^[0-9a-f]{64}$/.test(name));
  }
}
