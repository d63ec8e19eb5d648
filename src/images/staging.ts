import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * A folder for files that are still being written, on the same file system as the place where they will stand. A file
 * appears at its final path whole and durable, or not at all. One process owns the folder: opening it clears what an
 * earlier process left behind when it was killed.
 */
export class Staging {
  private constructor(private readonly folder: string) {}

  static async open(folder: string): Promise<Staging> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return new Staging(folder);
  }

  /** A path for a new file. */
  newPath(): string {
    return join(this.folder, randomUUID());
  }

  /** Makes a staged file durable and moves it to its final path, taking the place of what stands there. */
  async publish(staged: string, final: string): Promise<void> {
    await sync(staged);
    const folder = dirname(final);
    const made = await mkdir(folder, { recursive: true });
    await rename(staged, final);
    await syncFolder(folder);
    if (made) await syncFolder(dirname(made));
  }

  /** Writes bytes to the final path through a staged file. */
  async write(final: string, data: string | Uint8Array): Promise<void> {
    const staged = this.newPath();
    try {
      await writeFile(staged, data);
      await this.publish(staged, final);
    } finally {
      await rm(staged, { force: true });
    }
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename durable. Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
