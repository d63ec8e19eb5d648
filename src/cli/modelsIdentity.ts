import { MaskwireError } from '#src/errors.js';
import { digestOf } from '#src/models/download/digest.js';
import { modelId } from '#src/models/manifest.js';
import { readCatalogue } from '#src/models/store/catalogue.js';

/** What people know a model by. */
export interface ModelIdentity {
  readonly id: string;
  readonly name: string;
  /** Of the weights. */
  readonly license: string;
}

/** As given on the command line. */
export interface GivenIdentity {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly license?: string | undefined;
  readonly 'accept-license': boolean;
}

/**
 * Who a model is: what was given, else what the catalogue says of a file with these bytes, else `usualId`.
 * @param path of the file by which the catalogue may know it: the checkpoint, or the encoder.
 * @throws MaskwireError BAD_USER_INPUT where id or licence stay unknown.
 */
export async function identityOf(path: string, given: GivenIdentity, usualId: string | null): Promise<ModelIdentity> {
  const sha256 = await digestOf(path, 'sha256');
  const known = (await readCatalogue()).find(({ files }) => files.some(({ digest }) => digest?.value === sha256));
  const id = given.id ?? known?.id ?? usualId;
  const license = given.license ?? known?.license.name;
  if (id === null) throw unknown('its id with --id', path);
  const checked = modelId.safeParse(id);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `--id: ${issue?.message ?? 'cannot be used'}, but got ${JSON.stringify(id)}.`,
    );
  }
  if (license === undefined) throw unknown('the licence of the weights with --license', path);
  return { id, name: given.name ?? known?.name ?? id, license };
}

function unknown(what: string, path: string): MaskwireError {
  return new MaskwireError('BAD_USER_INPUT', `The catalogue does not know ${path}: say ${what}.`);
}
