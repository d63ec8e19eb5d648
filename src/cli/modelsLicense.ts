import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCatalogue, type CatalogueModel } from '#src/models/store/catalogue.js';

type License = CatalogueModel['license'];

/**
 * Shows a licence that restricts use, whole. @returns true where it was accepted, or restricts nothing that we know of.
 * @param id of the model, for people.
 */
export function agreed(id: string, { name, terms, text, url }: License, accepted: boolean): boolean {
  if (terms === null) return true;
  console.log(`${id} is under the ${name}.\n${terms}\nFrom ${url}:\n\n${text ?? ''}`);
  if (accepted) return true;
  console.error('maskwire: nothing was done. Read the licence; where you accept it, add --accept-license.');
  return false;
}

/** The same for a licence of which only the name is known: the catalogue may know that it restricts use. */
export async function agreedByName(id: string, name: string, accepted: boolean): Promise<boolean> {
  const license = await restricted(name);
  return license === undefined || agreed(id, license, accepted);
}

/** Puts the text of a licence that restricts use beside a model's files: it has to go wherever they go. */
export async function keepLicenseText(folder: string, name: string): Promise<void> {
  const license = await restricted(name);
  if (license !== undefined) await writeFile(join(folder, 'LICENSE.txt'), license.text ?? '');
}

async function restricted(name: string): Promise<License | undefined> {
  const known = await readCatalogue();
  return known.map(({ license }) => license).find((license) => license.name === name && license.terms !== null);
}
