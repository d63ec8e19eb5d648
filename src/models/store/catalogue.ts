import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { MaskwireError } from '#src/errors.js';
import { digest } from '../download/digest.js';
import { modelId, packagedModelsFolder, promptKinds } from '../manifest.js';

const catalogueFile = z.strictObject({
  /** `constants`: what a graph reads from a file beside itself. */
  role: z.enum(['checkpoint', 'encoder', 'decoder', 'constants']),
  /** Under which it is kept; a graph finds its constants by their name. */
  name: z.string().regex(/^[\w.-]+$/),
  url: z.url({ protocol: /^https?$/ }),
  /** Null where nobody has published it. */
  bytes: z.int().positive().nullable(),
  /** Null where nobody has published one: then the file is not trusted. */
  digest: digest.nullable(),
  /** Who says so. */
  digestFrom: z.string().min(1),
});

const catalogueModel = z.strictObject({
  id: modelId,
  name: z.string().min(1),
  /** A checkpoint is converted to graphs of our own; ONNX graphs are run as they are. */
  form: z.enum(['checkpoint', 'onnx']),
  license: z.strictObject({
    name: z.string().min(1),
    url: z.url(),
    /** What a licence that restricts use demands, in short; null for one that does not. */
    terms: z.string().nullable(),
    /** A file with its whole text, relative to the catalogue's folder; there is one for each that restricts use. */
    text: z.string().nullable(),
  }),
  /** See the manifest. */
  frame: z.int().min(32).max(4096),
  promptKinds,
  files: z.array(catalogueFile).min(1),
});

const catalogue = z.strictObject({ version: z.literal(1), models: z.array(catalogueModel) });

/** A model that is known, and where to get it. `license.text` is the whole text once the catalogue is read. */
export type CatalogueModel = z.infer<typeof catalogueModel>;
export type CatalogueFile = z.infer<typeof catalogueFile>;

/** Reads the catalogue of known models that comes with the package. @throws Error where it is no catalogue. */
export async function readCatalogue(
  path = join(packagedModelsFolder, 'catalogue.json'),
): Promise<readonly CatalogueModel[]> {
  const parsed = catalogue.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} is no catalogue of models:\n${z.prettifyError(parsed.error)}`);
  return Promise.all(parsed.data.models.map((model) => withLicenseText(model, dirname(path))));
}

/** With the text itself in place of its file's name. */
async function withLicenseText(model: CatalogueModel, folder: string): Promise<CatalogueModel> {
  const { license } = model;
  if (license.text === null) return model;
  return { ...model, license: { ...license, text: await readFile(join(folder, license.text), 'utf8') } };
}

/** @throws MaskwireError NOT_FOUND that names the models that there are. */
export function findModel<T extends { readonly id: string }>(models: readonly T[], id: string): T {
  const found = models.find((model) => model.id === id);
  if (found) return found;
  const known = models.length === 0 ? 'there is none' : `there are: ${models.map((model) => model.id).join(', ')}`;
  throw new MaskwireError('NOT_FOUND', `There is no model "${id}"; ${known}.`);
}
