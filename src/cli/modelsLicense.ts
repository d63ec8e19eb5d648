import { readCatalogue, type CatalogueModel } from '#src/models/store/catalogue.js';

/**
 * Shows a licence that restricts use. @returns true where it was accepted, or restricts nothing that we know of.
 * @param id of the model, for people.
 */
export function agreed(id: string, { name, terms, url }: CatalogueModel['license'], accepted: boolean): boolean {
  if (terms === null) return true;
  console.log(`${id} is under the ${name}.\n${terms}\nThe whole text: ${url}`);
  if (accepted) return true;
  console.error('maskwire: nothing was done. Read the licence; where you accept it, add --accept-license.');
  return false;
}

/** The same for a licence of which only the name is known: the catalogue may know that it restricts use. */
export async function agreedByName(id: string, name: string, accepted: boolean): Promise<boolean> {
  const known = (await readCatalogue()).find(({ license }) => license.name === name && license.terms !== null);
  return known === undefined || agreed(id, known.license, accepted);
}
