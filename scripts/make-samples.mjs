// Draws the sample images and their masks anew: `npm run build && node scripts/make-samples.mjs [name …]`. The same
// pictures come out every time.
import { Buffer } from 'node:buffer';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { annotate } from './samples/annotate.mjs';
import { aquarium } from './samples/aquarium.mjs';
import { desk } from './samples/desk.mjs';
import { fruitBowl } from './samples/fruitBowl.mjs';
import { street } from './samples/street.mjs';

const scenes = { 'fruit-bowl': fruitBowl, street, aquarium, desk };
const folder = fileURLToPath(new URL('../samples/', import.meta.url));
const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(scenes);

for (const name of chosen) {
  const canvas = scenes[name]();
  const file = `${name}.jpg`;
  const { size } = await sharp(Buffer.from(canvas.picture()))
    .flatten()
    .jpeg({ quality: 90, mozjpeg: true })
    .toFile(`${folder}${file}`);
  const annotations = await annotate(canvas);
  const image = { file, width: canvas.width, height: canvas.height };
  const lines = annotations.map((annotation) => `    ${JSON.stringify(annotation)}`);
  await writeFile(
    `${folder}${name}.json`,
    `{\n  "image": ${JSON.stringify(image)},\n  "annotations": [\n${lines.join(',\n')}\n  ]\n}\n`,
  );
  console.log(`${file}: ${Math.round(size / 1000)} kB, ${annotations.length} objects`);
}
