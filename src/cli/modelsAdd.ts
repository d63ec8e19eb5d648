import { constants } from 'node:fs';
import { copyFile, readdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MaskwireError } from '#src/errors.js';
import { readPorts } from '#src/inference/onnx.js';
import { tryModel } from '#src/inference/tryModel.js';
import { contracts } from '#src/models/adapters/contract.js';
import { namesIn } from '#src/models/adapters/externalData.js';
import { portsText, type GraphPorts } from '#src/models/adapters/ports.js';
import { isDecoder, recognise } from '#src/models/adapters/recognise.js';
import { modelFiles, type ManifestEntry } from '#src/models/manifest.js';
import { stagedFile, type ModelStore } from '#src/models/store/store.js';
import { identityOf, type GivenIdentity, type ModelIdentity } from './modelsIdentity.js';
import { agreedByName, keepLicenseText } from './modelsLicense.js';
import { assertNew } from './modelsList.js';

/** `maskwire models add`: a folder, or the paths of an encoder and a decoder. */
export async function addModel(store: ModelStore, paths: readonly string[], given: GivenIdentity): Promise<number> {
  const [first = '', second] = paths.map((path) => resolve(path));
  const isFolder = second === undefined && (await statOf(first)).isDirectory();
  const files = isFolder ? await onnxFilesIn(first) : [first, ...(second === undefined ? [] : [second])];
  const { encoder, decoder } = await tellApart(files);
  const usualId = basename(isFolder ? first : dirname(encoder))
    .toLowerCase()
    .replaceAll('_', '-');
  return store.alone(async () => {
    const identity = await identityOf(encoder, given, usualId);
    if (!(await agreedByName(identity.id, identity.license, given['accept-license']))) return 1;
    await installExport(store, identity, encoder, decoder, 'copy');
    return 0;
  });
}

/**
 * Recognises two graphs, copies or moves them in with the files that they read constants from, and tries them. The
 * store's lock has to be held.
 * @throws MaskwireError BAD_USER_INPUT where they are of no known export, or do not run as they promise.
 */
export async function installExport(
  store: ModelStore,
  identity: ModelIdentity,
  encoder: string,
  decoder: string,
  how: 'copy' | 'move',
): Promise<void> {
  await assertNew(store, identity.id);
  const { promptKinds, ...recognised } = recognise(await portsOf(encoder), await portsOf(decoder));
  console.log(`${identity.id}: ${contracts[recognised.contract].title}; takes ${promptKinds.join(', ')}.`);
  const folder = await store.stage(identity.id);
  await keepLicenseText(folder, identity.license);
  const names = [basename(encoder), basename(decoder)];
  const external = [...(await constantsOf(encoder)), ...(await constantsOf(decoder))];
  for (const path of [encoder, decoder, ...external]) {
    const to = join(folder, basename(path));
    if (how === 'move') await rename(path, to);
    else await copyFile(path, to, constants.COPYFILE_FICLONE);
  }
  const staged = (name: string) => stagedFile(folder, identity.id, name);
  const entry: ManifestEntry = {
    ...identity,
    ...recognised,
    family: 'exported',
    promptKinds: [...promptKinds],
    files: {
      encoder: await staged(names[0] ?? ''),
      decoder: await staged(names[1] ?? ''),
      constants: await Promise.all(external.map((path) => staged(basename(path)))),
    },
  };
  try {
    await tryModel(modelFiles(join(folder, '..'), entry));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskwireError('BAD_USER_INPUT', `The graphs look right but do not run: ${reason}`, {}, { cause: error });
  }
  await store.install(entry);
  console.log(`${identity.id} can be used: maskwire serve --model ${identity.id}`);
}

/** Which graph is the decoder: the one with the inputs of one. */
async function tellApart(files: readonly string[]): Promise<{ encoder: string; decoder: string }> {
  const graphs: { path: string; ports: GraphPorts }[] = [];
  for (const path of files) graphs.push({ path, ports: await portsOf(path) });
  const decoders = graphs.filter(({ ports }) => isDecoder(ports));
  const encoders = graphs.filter(({ ports }) => !isDecoder(ports) && ports.inputs.length === 1);
  const [decoder] = decoders;
  const [encoder] = encoders;
  if (decoder && encoder && decoders.length === 1 && encoders.length === 1) {
    return { encoder: encoder.path, decoder: decoder.path };
  }
  const seen = graphs.map(({ path, ports }) => `  ${basename(path)}: ${portsText(ports)}`).join('\n');
  throw new MaskwireError(
    'BAD_USER_INPUT',
    `Expected one encoder (one input, the image) and one decoder of a known export, but found ${encoders.length} and ` +
      `${decoders.length}; where there are more, give the paths of one each.\n${seen}`,
  );
}

async function onnxFilesIn(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.onnx')).sort();
  if (files.length > 0) return files.map((name) => join(folder, name));
  throw new MaskwireError('BAD_USER_INPUT', `Expected .onnx files in ${folder}, but there is none.`);
}

/** The files beside a graph that it names: those that it reads constants from. */
async function constantsOf(path: string): Promise<string[]> {
  const folder = dirname(path);
  const entries = await readdir(folder, { withFileTypes: true });
  const others = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.onnx')).map(({ name }) => name);
  return (await namesIn(path, others)).map((name) => join(folder, name));
}

async function portsOf(path: string): Promise<GraphPorts> {
  await statOf(path);
  try {
    return await readPorts(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `${path}: expected an ONNX graph that can be run: ${reason}`,
      {},
      { cause: error },
    );
  }
}

async function statOf(path: string) {
  try {
    return await stat(path);
  } catch (cause) {
    throw new MaskwireError('NOT_FOUND', `There is nothing at ${path}.`, {}, { cause });
  }
}
