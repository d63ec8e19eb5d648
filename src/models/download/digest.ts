import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/** What the bytes of a published file have to hash to. */
export const digest = z.discriminatedUnion('algorithm', [
  z.strictObject({ algorithm: z.literal('sha256'), value: z.string().regex(/^[0-9a-f]{64}$/) }),
  /** The id that git gives a file: SHA-1 over its length and its bytes. Tells damage, and no more than git does. */
  z.strictObject({ algorithm: z.literal('gitBlob'), value: z.string().regex(/^[0-9a-f]{40}$/) }),
]);

export type Digest = z.infer<typeof digest>;

/** Hashes a file. @returns lower-case hexadecimal digits. */
export async function digestOf(path: string, algorithm: Digest['algorithm']): Promise<string> {
  const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
  if (algorithm === 'gitBlob') hash.update(`blob ${(await stat(path)).size}\0`);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
