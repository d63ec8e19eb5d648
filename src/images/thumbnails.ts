import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MaskwireError } from '#src/errors.js';
import { decoder } from './canonical.js';
import { Gate } from './gate.js';
import type { ImageLimits } from './limits.js';
import { Staging } from './staging.js';

const SMALLEST = 16;
const LARGEST = 1024;

/** Small JPEGs of images, made when first asked for and kept on disk: at most seven sizes of each image. */
export class Thumbnails {
  readonly #making = new Map<string, Promise<Buffer>>();
  readonly #gate: Gate;

  private constructor(
    private readonly folder: string,
    private readonly staging: Staging,
    private readonly limits: ImageLimits,
  ) {
    this.#gate = new Gate(1, limits.ingestQueue, 'ingestQueue');
  }

  static async open(folder: string, limits: ImageLimits): Promise<Thumbnails> {
    return new Thumbnails(folder, await Staging.open(join(folder, 'staging')), limits);
  }

  /**
   * A JPEG whose longest side is the power of two at or above `longestSide`, never enlarged.
   * @param path the image's canonical file.
   * @param longestSide pixels, 16 to 1024.
   * @throws MaskwireError BAD_USER_INPUT for a size out of range, OVERLOADED where too many wait to be made.
   */
  async get(imageId: string, path: string, longestSide: number): Promise<Buffer> {
    if (!(longestSide >= SMALLEST && longestSide <= LARGEST)) {
      throw new MaskwireError(
        'BAD_USER_INPUT',
        `Expected a longestSide from ${SMALLEST} to ${LARGEST} pixels; got ${longestSide}.`,
      );
    }
    const size = 2 ** Math.ceil(Math.log2(longestSide));
    const file = join(this.folder, `${imageId}-${size}.jpg`);
    let making = this.#making.get(file);
    if (!making) {
      making = this.#readOrMake(file, path, size).finally(() => this.#making.delete(file));
      this.#making.set(file, making);
    }
    return making;
  }

  async #readOrMake(file: string, path: string, size: number): Promise<Buffer> {
    const kept = await readFile(file).catch(() => null);
    if (kept) return kept;
    return this.#gate.run(async () => {
      const made = await decoder(path, this.limits)
        .resize(size, size, { fit: 'inside', withoutEnlargement: true })
        .jpeg({ quality: 80 })
        .toBuffer();
      await this.staging.write(file, made);
      return made;
    });
  }
}
