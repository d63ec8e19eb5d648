export interface Sample {
  readonly name: string;
  readonly url: string;
}

const files = import.meta.glob<string>('../../../samples/*.jpg', { query: '?url', import: 'default', eager: true });

/** The sample images that come with the page. */
export const SAMPLES: readonly Sample[] = Object.entries(files).map(([path, url]) => ({ name: nameOf(path), url }));

/** `…/fruit-bowl.jpg` is called “Fruit bowl”. */
function nameOf(path: string): string {
  const words = path.replace(/^.*\/|\.jpg$/g, '').replaceAll('-', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
