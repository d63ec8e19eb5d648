import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isAvifSequence } from '#src/images/formats.js';
import { source, temporaryFolder } from './corpus.js';

it('tells an AVIF sequence, which browsers play, from an AVIF picture', async () => {
  const path = join(await temporaryFolder(), 'image');
  const bytes = await source().avif().toBuffer();
  await writeFile(path, bytes);
  expect(await isAvifSequence(path)).toBe(false);
  bytes.write('avis', 8, 'latin1');
  await writeFile(path, bytes);
  expect(await isAvifSequence(path)).toBe(true);
});
