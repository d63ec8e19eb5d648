import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  }),
  /** See the manifest. */
  frame: z.int().min(32).max(4096),
  promptKinds,
  files: z.array(catalogueFile).min(1),
});

const catalogue = z.strictObject({ version: z.literal(1), models: z.array(catalogueModel) });

/** A model that is known, and where to get it. */
export type CatalogueModel = z.infer<typeof catalogueModel>;
export type CatalogueFile = z.infer<typeof catalogueFile>;

/** Reads the catalogue of known models that comes with the package. @throws Error where it is no catalogue. */
export async function readCatalogue(
  path = join(packagedModelsFolder, 'catalogue.json'),
): Promise<readonly CatalogueModel[]> {
  const parsed = catalogue.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) throw new Error(`${path} is no catalogue of models:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.models;
}

/** @throws MaskwireError NOT_FOUND that names the models that there are. */
export function findModel<T extends { readonly id: string }>(models: readonly T[], id: string): T {
  const found = models.find((model) => model.id === id);
  if (found) return found;
  const known = models.length === 0 ? 'there is none' : `there are: ${models.map((model) => model.id).join(', ')}`;
  throw new MaskwireError('NOT_FOUND', `There is no model "${id}"; ${known}.`);
}
