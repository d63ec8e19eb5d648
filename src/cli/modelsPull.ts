import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MaskwireError } from '#src/errors.js';
import { download, type DownloadSource } from '#src/models/download/download.js';
import type { CatalogueFile, CatalogueModel } from '#src/models/store/catalogue.js';
import type { ModelStore } from '#src/models/store/store.js';
import { installExport } from './modelsAdd.js';
import { installCheckpoint } from './modelsConvert.js';
import { agreed } from './modelsLicense.js';
import { assertNew } from './modelsList.js';
import { progressBar } from './progressBar.js';

/** `maskwire models pull` */
export async function pullModel(store: ModelStore, model: CatalogueModel, licenseAccepted: boolean): Promise<number> {
  const { id } = model;
  if (!agreed(id, model.license, licenseAccepted)) return 1;
  const sources = model.files.map((file) => trusted(model, file));
  await store.alone(async () => {
    await assertNew(store, id);
    const folder = store.downloads(id);
    for (const { name, source } of sources) {
      const bar = progressBar(name);
      await download(source, join(folder, name), { onProgress: (done, total) => bar.update(done, total) });
      bar.end();
    }
    await install(store, model);
    await rm(folder, { recursive: true, force: true });
  });
  return 0;
}

function trusted({ id, license }: CatalogueModel, { name, url, bytes, digest }: CatalogueFile) {
  if (digest !== null) return { name, source: { url, bytes, digest } satisfies DownloadSource };
  throw new MaskwireError(
    'FORBIDDEN',
    `${id} cannot be pulled: nobody has published a hash of ${name}, so its bytes could not be checked. ` +
      `Where you trust your own copy, from ${url}, add it: maskwire models add <folder> --id ${id} --license "${license.name}" --accept-license.`,
  );
}

async function install(store: ModelStore, { id, name, license, form, files }: CatalogueModel): Promise<void> {
  const identity = { id, name, license: license.name };
  const path = (role: CatalogueFile['role']) => {
    const file = files.find((one) => one.role === role);
    if (file === undefined) throw new Error(`expected a ${role} among the files of "${id}" in the catalogue.`);
    return join(store.downloads(id), file.name);
  };
  if (form === 'checkpoint') await installCheckpoint(store, identity, path('checkpoint'));
  else await installExport(store, identity, path('encoder'), path('decoder'), 'move');
}
