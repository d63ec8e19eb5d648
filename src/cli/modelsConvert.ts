import { join } from 'node:path';
import { MaskwireError } from '#src/errors.js';
import { tryModel } from '#src/inference/tryModel.js';
import { modelFiles, type ManifestEntry } from '#src/models/manifest.js';
import { convertSam, type ConvertOptions } from '#src/models/sam/convert.js';
import type { ModelStore } from '#src/models/store/store.js';
import { identityOf, type GivenIdentity, type ModelIdentity } from './modelsIdentity.js';
import { agreedByName, keepLicenseText } from './modelsLicense.js';
import { assertNew } from './modelsList.js';
import { progressBar } from './progressBar.js';

/** `maskwire models convert` */
export async function convertModel(
  store: ModelStore,
  checkpoint: string,
  given: GivenIdentity & { readonly int8?: string | undefined },
): Promise<number> {
  const int8 = int8Of(given.int8);
  return store.alone(async () => {
    const identity = await identityOf(checkpoint, given, null);
    if (!(await agreedByName(identity.id, identity.license, given['accept-license']))) return 1;
    await installCheckpoint(store, identity, checkpoint, int8);
    return 0;
  });
}

/**
 * Converts a checkpoint, tries the graphs, and takes them in. The store's lock has to be held.
 * @throws MaskwireError BAD_USER_INPUT where it is no such checkpoint, CONFLICT where the id is taken.
 */
export async function installCheckpoint(
  store: ModelStore,
  identity: ModelIdentity,
  checkpoint: string,
  int8: NonNullable<ConvertOptions['int8']> = {},
): Promise<void> {
  await assertNew(store, identity.id);
  const folder = await store.stage(identity.id);
  await keepLicenseText(folder, identity.license);
  const bar = progressBar(`converting ${identity.id}`);
  const converted = await convertSam(checkpoint, folder, {
    int8,
    onProgress: (done, total) => bar.update(done, total),
  });
  bar.end();
  const files = new Map(
    converted.files.map(({ name, bytes, sha256 }) => [name, { path: `${identity.id}/${name}`, bytes, sha256 }]),
  );
  const take = (name: string) => {
    const file = files.get(name);
    if (file === undefined) throw new Error(`expected ${name} among the converted files.`);
    files.delete(name);
    return file;
  };
  const entry: ManifestEntry = {
    ...identity,
    family: 'sam',
    frame: converted.frame,
    maskGrid: converted.maskGrid,
    promptKinds: ['POINT', 'BOX', 'MASK'],
    files: {
      encoder: take('encoder.onnx'),
      decoder: take('decoder.onnx'),
      maskDecoder: take('decoder-mask.onnx'),
      constants: [...files.values()],
    },
  };
  await tryModel(modelFiles(join(folder, '..'), entry));
  await store.install(entry);
  console.log(`${identity.id} can be used: maskwire serve --model ${identity.id}`);
}

function int8Of(part: string | undefined): NonNullable<ConvertOptions['int8']> {
  if (part === undefined) return {};
  if (part === 'encoder' || part === 'decoder') return { [part]: true };
  if (part === 'both') return { encoder: true, decoder: true };
  throw new MaskwireError(
    'BAD_USER_INPUT',
    `--int8: expected encoder, decoder or both, but got ${JSON.stringify(part)}.`,
  );
}
