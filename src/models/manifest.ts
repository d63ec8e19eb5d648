import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { contractIds, encoderInput } from './adapters/contract.js';
import { digestOf } from './download/digest.js';

export const modelId = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'expected 1 to 64 of a-z, 0-9, "." and "-"');

const modelFile = z.strictObject({
  /** Relative to the manifest's folder. */
  path: z.string().min(1),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits'),
});

export const promptKinds = z.array(z.enum(['POINT', 'BOX', 'MASK', 'TEXT'])).min(1);

const common = {
  id: modelId,
  name: z.string().min(1),
  /** SPDX identifier or the name of the licence of the weights. */
  license: z.string().min(1),
  /** Side, in pixels, of the square that the encoder takes; an image is resized to this longest side. */
  frame: z.int().min(32).max(4096),
  /** Side, in cells, of the square of logits that the decoder answers. */
  maskGrid: z.int().min(8).max(4096),
  promptKinds,
};

/** `family` names the tensor contract that the graphs keep; the code that speaks it is chosen by this. */
const modelEntry = z.discriminatedUnion('family', [
  z.strictObject({
    ...common,
    family: z.literal('compact'),
    files: z.strictObject({ encoder: modelFile, decoder: modelFile }),
  }),
  z.strictObject({
    ...common,
    family: z.literal('sam'),
    files: z.strictObject({
      encoder: modelFile,
      decoder: modelFile,
      /** The decoder for prompts with a mask. */
      maskDecoder: modelFile,
      /** Constants that a graph too large for one file reads from others, which it finds beside itself. */
      constants: z.array(modelFile).default([]),
    }),
  }),
  z.strictObject({
    ...common,
    family: z.literal('exported'),
    /** Which exporter's tensors the graphs have: see src/models/adapters. */
    contract: z.enum(contractIds),
    encoderInput,
    files: z.strictObject({ encoder: modelFile, decoder: modelFile, constants: z.array(modelFile).default([]) }),
  }),
]);

const manifest = z.strictObject({
  version: z.literal(1),
  /** Id of the model that is used where none is named; a folder of models that were added to others has none. */
  default: modelId.optional(),
  models: z.array(modelEntry),
});

export type Manifest = z.infer<typeof manifest>;
export type ManifestEntry = Manifest['models'][number];
export type ManifestFile = z.infer<typeof modelFile>;

/** A model that can be run: what the manifest says of it, with absolute file paths. */
export interface ModelFiles extends Pick<ManifestEntry, keyof typeof common | 'family'> {
  /** Null for the families whose graphs are our own. */
  readonly exported: ExportedContract | null;
  readonly encoderPath: string;
  readonly decoderPath: string;
  /** Null where the family needs none. */
  readonly maskDecoderPath: string | null;
  /** 16 hexadecimal digits that change with the bytes of any file and with the sizes: names what was computed with them. */
  readonly fingerprint: string;
  /** Of all files together. */
  readonly bytes: number;
}

/** The tensors of graphs that someone else exported. */
export type ExportedContract = Pick<Extract<ManifestEntry, { family: 'exported' }>, 'contract' | 'encoderInput'>;

/** The folder of the models that come with the package. */
export const packagedModelsFolder = fileURLToPath(new URL('../../models/', import.meta.url));

/**
 * Reads the models of one or more folders, each with a `manifest.json`, and checks the size and SHA-256 of every file.
 * @param folders the models of the first folder come first; its default model is the default of all.
 * @param defaultId takes the place of that default.
 * @returns the default model first, then the others in the order of the manifests.
 * @throws Error that names the file and both values where a manifest or a file is not what it should be.
 */
export async function readModels(
  folders: readonly string[] = [packagedModelsFolder],
  defaultId?: string,
): Promise<readonly ModelFiles[]> {
  const models: ModelFiles[] = [];
  let first = defaultId;
  for (const folder of folders) {
    const { default: folderDefault, models: entries } = await readManifest(folder);
    first ??= folderDefault;
    for (const entry of entries) {
      if (models.some(({ id }) => id === entry.id)) {
        throw new Error(`${folder}: expected every model id once, but "${entry.id}" comes twice.`);
      }
      models.push(await checkModel(folder, entry));
    }
  }
  const chosen = models.find(({ id }) => id === first);
  if (chosen === undefined) {
    throw new Error(`expected the default model "${first ?? ''}" among: ${models.map(({ id }) => id).join(', ')}.`);
  }
  return [chosen, ...models.filter((model) => model !== chosen)];
}

/** Reads `manifest.json` of a folder. @throws Error where it is missing or is no manifest. */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, 'manifest.json');
  const parsed = manifest.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} is no model manifest:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** All files of a model. */
export function filesOf({ files }: ManifestEntry): readonly ManifestFile[] {
  return Object.values(files).flat();
}

/** Checks the size and SHA-256 of every file of a model. @throws Error that names the file and both values. */
export async function checkModel(folder: string, entry: ManifestEntry): Promise<ModelFiles> {
  for (const file of filesOf(entry)) await checkFile(folder, file);
  return modelFiles(folder, entry);
}

/** A model as it is run, its files unread. */
export function modelFiles(folder: string, entry: ManifestEntry): ModelFiles {
  const { id, name, license, frame, maskGrid, promptKinds, family, files } = entry;
  const exported = family === 'exported' ? { contract: entry.contract, encoderInput: entry.encoderInput } : null;
  const identity = [...filesOf(entry).map(({ sha256 }) => sha256), frame, maskGrid];
  if (exported) identity.push(JSON.stringify(exported));
  return {
    ...{ id, name, license, frame, maskGrid, promptKinds, family, exported },
    encoderPath: resolve(folder, files.encoder.path),
    decoderPath: resolve(folder, files.decoder.path),
    maskDecoderPath: family === 'sam' ? resolve(folder, entry.files.maskDecoder.path) : null,
    fingerprint: createHash('sha256').update(identity.join()).digest('hex').slice(0, 16),
    bytes: filesOf(entry).reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

async function checkFile(folder: string, file: ManifestFile): Promise<void> {
  const path = resolve(folder, file.path);
  const { size } = await stat(path);
  if (size !== file.bytes) throw new Error(`${path}: expected ${file.bytes} bytes, but it has ${size}.`);
  const sha256 = await digestOf(path, 'sha256');
  if (sha256 !== file.sha256) throw new Error(`${path}: expected SHA-256 ${file.sha256}, but it is ${sha256}.`);
}
