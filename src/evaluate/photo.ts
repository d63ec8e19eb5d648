import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MaskwireError } from '#src/errors.js';
import { ImageStore } from '#src/images/ingest.js';

/** A photo as the server would keep it: upright, 8-bit sRGB. */
export interface CanonicalPhoto {
  readonly path: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Takes a photo in as an upload is taken in, with the same bounds, and drops it when `use` has ended.
 * @throws MaskwireError IMAGE_REJECTED or TOO_LARGE that names the file.
 */
export async function withPhoto<T>(file: string, use: (photo: CanonicalPhoto) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'maskwire-evaluate-'));
  try {
    const store = await ImageStore.open(folder);
    const { image } = await store.ingest(createReadStream(file)).catch((error: unknown) => {
      if (!(error instanceof MaskwireError)) throw error;
      throw new MaskwireError(error.code, `${file}: ${error.message}`, error.details, { cause: error });
    });
    return await use({ path: store.file(image), width: image.width, height: image.height });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
