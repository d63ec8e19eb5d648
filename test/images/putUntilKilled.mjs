// Puts blobs into a store until it is killed: one that never ends, or many, several at a time. Writes a line for each
// chunk that was taken, or the digest of each blob that was stored.
import { randomBytes } from 'node:crypto';
import { BlobStore } from '#src/images/blobStore.js';

const [, , folder, mode] = process.argv;
const store = await BlobStore.open(folder);

async function* endless() {
  for (;;) {
    yield randomBytes(65536);
    process.stdout.write('taken\n');
  }
}

async function many() {
  for (;;) {
    const { digest } = await store.put(randomBytes(200_000), { maxBytes: 1_000_000 });
    process.stdout.write(`${digest}\n`);
  }
}

if (mode === 'endless') await store.put(endless(), { maxBytes: Infinity });
else await Promise.all([many(), many(), many()]);
