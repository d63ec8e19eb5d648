import { link, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MaskwireError } from '#src/errors.js';
import { digestOf } from '../download/digest.js';
import { readManifest, type Manifest, type ManifestEntry, type ManifestFile } from '../manifest.js';

/** Locks of this process. */
const held = new Set<string>();

/**
 * A folder of models that were added to those of the package: `manifest.json`, a folder for each model, `.downloads`
 * with what has come of files that are being downloaded, and `.staging` with models that are not complete yet.
 */
export class ModelStore {
  constructor(readonly folder: string) {}

  /** What is installed; nothing where the folder is not there yet. */
  async manifest(): Promise<Manifest> {
    try {
      return await readManifest(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { version: 1, models: [] };
      throw error;
    }
  }

  /** Where the files of a model are downloaded to. */
  downloads(id: string): string {
    return join(this.folder, '.downloads', id);
  }

  /** An empty folder in which a model is put together. */
  async stage(id: string): Promise<string> {
    const folder = join(this.folder, '.staging', id);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** Takes a model in, whole: its staged folder first, then its entry. */
  async install(entry: ManifestEntry): Promise<void> {
    const { models, ...rest } = await this.manifest();
    const target = join(this.folder, entry.id);
    // What a crash left between the two steps has no entry, so nobody uses it.
    await rm(target, { recursive: true, force: true });
    await rename(join(this.folder, '.staging', entry.id), target);
    await this.write({ ...rest, models: [...models.filter(({ id }) => id !== entry.id), entry] });
  }

  /** Deletes a model and what was downloaded of it: its entry first, then its files. */
  async remove(id: string): Promise<void> {
    const { models, default: preferred, ...rest } = await this.manifest();
    await this.write({
      ...rest,
      ...(preferred !== undefined && preferred !== id && { default: preferred }),
      models: models.filter((model) => model.id !== id),
    });
    await rm(join(this.folder, id), { recursive: true, force: true });
    await rm(this.downloads(id), { recursive: true, force: true });
  }

  /**
   * Does work that changes the folder, by itself: another process that wants to is refused meanwhile. The lock of a
   * process that has died does not count.
   * @throws MaskwireError CONFLICT that names the process at work.
   */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    await mkdir(this.folder, { recursive: true });
    const path = join(this.folder, '.lock');
    await this.lock(path);
    held.add(path);
    try {
      return await work();
    } finally {
      held.delete(path);
      await rm(path, { force: true });
    }
  }

  private async lock(path: string): Promise<void> {
    // Made elsewhere and linked, so that nobody ever reads a lock without its process.
    const mine = `${path}.${process.pid}`;
    await writeFile(mine, `${process.pid}`);
    try {
      await link(mine, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(await readFile(path, 'utf8'));
      // In a container, each process may have the number of the one before, which died.
      if (pid === process.pid ? held.has(path) : isAlive(pid)) {
        throw new MaskwireError(
          'CONFLICT',
          `Process ${pid} is changing the models in ${this.folder}: try again later. Where it is no maskwire, delete ${path}.`,
        );
      }
      await rm(path, { force: true });
      await this.lock(path);
    } finally {
      await rm(mine, { force: true });
    }
  }

  /** The manifest is the old one or the new one, whatever happens meanwhile. */
  private async write(manifest: Manifest): Promise<void> {
    const path = join(this.folder, 'manifest.json');
    const handle = await open(`${path}.new`, 'w');
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await handle.sync();
    await handle.close();
    await rename(`${path}.new`, path);
  }
}

/** The manifest's words for a file in a model's staged folder, as it is now. */
export async function stagedFile(folder: string, id: string, name: string): Promise<ManifestFile> {
  const path = join(folder, name);
  return { path: `${id}/${name}`, bytes: (await stat(path)).size, sha256: await digestOf(path, 'sha256') };
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
