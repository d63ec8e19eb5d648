// Ingests images into a store until it is killed, several at a time: those that are kept as they are and those that are
// re-encoded. Writes a line with the id of each image that was stored.
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { ImageStore } from '#src/images/ingest.js';

const [, , folder] = process.argv;
const store = await ImageStore.open(folder);

async function many(format) {
  for (;;) {
    const pixels = sharp(randomBytes(32 * 32 * 3), { raw: { width: 32, height: 32, channels: 3 } });
    const { image } = await store.ingest(await pixels.toFormat(format).toBuffer());
    process.stdout.write(`${image.id}\n`);
  }
}

await Promise.all([many('png'), many('tiff')]);
