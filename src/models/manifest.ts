import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const modelId = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/, 'expected 1 to 64 of a-z, 0-9, "." and "-"');

const modelFile = z.strictObject({
  /** Relative to the manifest's folder. */
  path: z.string().min(1),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits'),
});

const common = {
  id: modelId,
  name: z.string().min(1),
  /** SPDX identifier or the name of the licence of the weights. */
  license: z.string().min(1),
  /** Side, in pixels, of the square that the encoder takes; an image is resized to this longest side. */
  frame: z.int().min(32).max(4096),
  /** Side, in cells, of the square of logits that the decoder answers. */
  maskGrid: z.int().min(8).max(4096),
  promptKinds: z.array(z.enum(['POINT', 'BOX', 'MASK', 'TEXT'])).min(1),
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
]);

const manifest = z.strictObject({
  version: z.literal(1),
  /** Id of the model that is used where none is named. */
  default: modelId,
  models: z.array(modelEntry).min(1),
});

type ManifestEntry = z.infer<typeof modelEntry>;

/** A model that can be run: what the manifest says of it, with absolute file paths. */
export interface ModelFiles extends Omit<ManifestEntry, 'files'> {
  readonly encoderPath: string;
  readonly decoderPath: string;
  /** Null where the family needs none. */
  readonly maskDecoderPath: string | null;
  /** 16 hexadecimal digits that change with the bytes of any file and with the sizes: names what was computed with them. */
  readonly fingerprint: string;
}

/** The folder of the models that come with the package. */
export const packagedModelsFolder = fileURLToPath(new URL('../../models/', import.meta.url));

/**
 * Reads the models of one or more folders, each with a `manifest.json`, and checks the size and SHA-256 of every file.
 * @param folders the models of the first folder come first; its default model is the default of all.
 * @returns the default model first, then the others in the order of the manifests.
 * @throws Error that names the file and both values where a manifest or a file is not what it should be.
 */
export async function readModels(folders: readonly string[] = [packagedModelsFolder]): Promise<readonly ModelFiles[]> {
  const models: ModelFiles[] = [];
  let defaultId: string | undefined;
  for (const folder of folders) {
    const { default: folderDefault, models: entries } = await readManifest(folder);
    defaultId ??= folderDefault;
    for (const entry of entries) {
      if (models.some(({ id }) => id === entry.id)) {
        throw new Error(`${folder}: expected every model id once, but "${entry.id}" comes twice.`);
      }
      models.push(await checkedFiles(folder, entry));
    }
  }
  const first = models.find(({ id }) => id === defaultId);
  if (first === undefined) {
    throw new Error(`expected the default model "${defaultId ?? ''}" among: ${models.map(({ id }) => id).join(', ')}.`);
  }
  return [first, ...models.filter((model) => model !== first)];
}

async function readManifest(folder: string): Promise<z.infer<typeof manifest>> {
  const path = join(folder, 'manifest.json');
  const parsed = manifest.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} is no model manifest:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

async function checkedFiles(folder: string, { files, ...entry }: ManifestEntry): Promise<ModelFiles> {
  const { encoder, decoder } = files;
  const maskDecoder = 'maskDecoder' in files ? files.maskDecoder : null;
  const constants = 'constants' in files ? files.constants : [];
  for (const file of constants) await checkedFile(folder, file);
  const hashes = [encoder, decoder, ...(maskDecoder ? [maskDecoder] : []), ...constants].map(({ sha256 }) => sha256);
  const identity = [...hashes, entry.frame, entry.maskGrid].join();
  return {
    ...entry,
    encoderPath: await checkedFile(folder, encoder),
    decoderPath: await checkedFile(folder, decoder),
    maskDecoderPath: maskDecoder ? await checkedFile(folder, maskDecoder) : null,
    fingerprint: createHash('sha256').update(identity).digest('hex').slice(0, 16),
  };
}

async function checkedFile(folder: string, file: z.infer<typeof modelFile>): Promise<string> {
  const path = resolve(folder, file.path);
  const { size } = await stat(path);
  if (size !== file.bytes) throw new Error(`${path}: expected ${file.bytes} bytes, but it has ${size}.`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const sha256 = hash.digest('hex');
  if (sha256 !== file.sha256) throw new Error(`${path}: expected SHA-256 ${file.sha256}, but it is ${sha256}.`);
  return path;
}
