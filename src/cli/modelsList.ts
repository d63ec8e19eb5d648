import { MaskwireError } from '#src/errors.js';
import { checkModel, filesOf, packagedModelsFolder, readManifest, type ManifestEntry } from '#src/models/manifest.js';
import { findModel, readCatalogue } from '#src/models/store/catalogue.js';
import type { ModelStore } from '#src/models/store/store.js';
import { mebibytes } from './progressBar.js';

/** A model that can be used, and the folder of its manifest. */
interface Installed {
  readonly entry: ManifestEntry;
  readonly folder: string;
}

/** `maskwire models list` */
export async function listModels(store: ModelStore): Promise<number> {
  const installed = await installedModels(store);
  console.log('Can be used:');
  for (const { entry, folder } of installed) {
    const bytes = filesOf(entry).reduce((sum, file) => sum + file.bytes, 0);
    const from = folder === packagedModelsFolder ? 'comes with maskwire' : folder;
    console.log(line(entry.id, mebibytes(bytes), entry.license, entry.promptKinds, from));
  }
  console.log('\nCan be had, with maskwire models pull <id>:');
  for (const { id, license, files, promptKinds } of await readCatalogue()) {
    if (installed.some(({ entry }) => entry.id === id)) continue;
    const sizes = files.map(({ bytes }) => bytes ?? NaN).reduce((sum, bytes) => sum + bytes, 0);
    const notes = [
      ...(license.terms === null ? [] : ['restricted licence']),
      ...(files.some(({ digest }) => digest === null) ? ['no known hash: cannot be pulled'] : []),
    ];
    const size = Number.isNaN(sizes) ? 'size unknown' : mebibytes(sizes);
    console.log(line(id, size, license.name, promptKinds, notes.join(', ')));
  }
  return 0;
}

function line(id: string, size: string, license: string, promptKinds: readonly string[], note: string): string {
  return `  ${id.padEnd(18)} ${size.padStart(12)}  ${license.padEnd(12)}  ${promptKinds.join(' ').padEnd(14)}  ${note}`.trimEnd();
}

/** `maskwire models verify`: every byte of all models, or of one. */
export async function verifyModels(store: ModelStore, id: string | null): Promise<number> {
  const all = await installedModels(store);
  const chosen = id === null ? all : all.filter(({ entry }) => entry.id === id);
  if (id !== null)
    findModel(
      all.map(({ entry }) => entry),
      id,
    );
  let status = 0;
  for (const { entry, folder } of chosen) {
    try {
      await checkModel(folder, entry);
      console.log(`${entry.id}: every byte is right.`);
    } catch (error) {
      console.log(`${entry.id}: ${error instanceof Error ? error.message : String(error)}`);
      status = 1;
    }
  }
  return status;
}

/** `maskwire models remove` */
export async function removeModel(store: ModelStore, id: string): Promise<number> {
  return store.alone(async () => {
    const { models } = await store.manifest();
    const { models: packaged } = await readManifest(packagedModelsFolder);
    if (packaged.some((entry) => entry.id === id)) {
      throw new MaskwireError('FORBIDDEN', `"${id}" comes with maskwire; only models that were added can be removed.`);
    }
    findModel(models, id);
    await store.remove(id);
    console.log(`${id} is removed.`);
    return 0;
  });
}

async function installedModels(store: ModelStore): Promise<readonly Installed[]> {
  const packaged = await readManifest(packagedModelsFolder);
  const added = await store.manifest();
  return [
    ...packaged.models.map((entry) => ({ entry, folder: packagedModelsFolder })),
    ...added.models.map((entry) => ({ entry, folder: store.folder })),
  ];
}

/** @throws MaskwireError CONFLICT where there is a model of that id already. */
export async function assertNew(store: ModelStore, id: string): Promise<void> {
  const known = await installedModels(store);
  if (!known.some(({ entry }) => entry.id === id)) return;
  throw new MaskwireError(
    'CONFLICT',
    `There is a model "${id}" already: choose another --id, or remove it first with maskwire models remove ${id}.`,
  );
}
