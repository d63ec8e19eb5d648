import { join } from 'node:path';
import { BlobStore, type ByteSource, type StagedBlob } from './blobStore.js';
import { inspect, reencode, verify } from './canonical.js';
import { Gate, overloaded } from './gate.js';
import { ImageIndex, type StoredImage } from './imageIndex.js';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from './limits.js';
import { Thumbnails } from './thumbnails.js';
import { Unfinished } from './unfinished.js';

export interface IngestResult {
  readonly image: StoredImage;
  /** False where these very bytes were uploaded before. */
  readonly created: boolean;
}

/**
 * The images that people uploaded, in a folder of their own: `blobs/` holds the canonical files, `images/` a JSON file
 * of facts about each image, `thumbnails/` small versions, `unfinished/` notes for the next start. No
 * database; one process at a time writes.
 *
 * The canonical file is upright, 8-bit sRGB with 3 channels and no alpha. An upload that is all that already, in a
 * format that browsers show (JPEG, PNG, WebP, AVIF), is kept byte for byte, with whatever metadata it carries, such as
 * the place where a photo was taken. Any other is re-encoded, which drops its metadata.
 */
export class ImageStore {
  readonly #ingesting = new Map<string, Promise<IngestResult>>();
  readonly #gate: Gate;
  /** Uploads that are being received, wait or are decoded. */
  #inHand = 0;

  private constructor(
    private readonly blobs: BlobStore,
    private readonly index: ImageIndex,
    private readonly thumbnails: Thumbnails,
    private readonly unfinished: Unfinished,
    private readonly limits: ImageLimits,
  ) {
    this.#gate = new Gate(limits.ingestConcurrency, limits.ingestQueue, 'ingestQueue');
  }

  /**
   * Opens the store, making the folder where it is missing and removing what a killed process left: half written files,
   * and whole ones that it had not come to make an image of.
   */
  static async open(folder: string, limits: Partial<ImageLimits> = {}): Promise<ImageStore> {
    const all = { ...DEFAULT_IMAGE_LIMITS, ...limits };
    const blobs = await BlobStore.open(join(folder, 'blobs'));
    const index = await ImageIndex.open(join(folder, 'images'));
    const unfinished = await Unfinished.open(join(folder, 'unfinished'));
    await sweep(blobs, index, unfinished);
    return new ImageStore(blobs, index, await Thumbnails.open(join(folder, 'thumbnails'), all), unfinished, all);
  }

  /**
   * Takes an image: receives it, decodes it once to its end, and stores its canonical form. The id is that of the
   * uploaded bytes, so the same bytes again answer the same image without a second decode.
   * @throws MaskwireError IMAGE_REJECTED for anything but a whole image of an accepted format; TOO_LARGE, with
   *   `details.limit`, for too many bytes or pixels; OVERLOADED, with `retryAfterMs`, where too many images are in hand
   *   already. A stream's own failure is thrown as it is. Nothing is left behind by an upload that failed.
   */
  async ingest(source: ByteSource): Promise<IngestResult> {
    if (this.#inHand >= this.limits.ingestConcurrency + this.limits.ingestQueue) {
      throw overloaded('ingestQueue', this.limits.ingestQueue);
    }
    this.#inHand++;
    try {
      const upload = await this.blobs.stage(source, {
        maxBytes: this.limits.maxImageBytes,
        limitName: 'maxImageBytes',
      });
      try {
        return await this.#ingestOnce(upload);
      } finally {
        await this.blobs.discard(upload);
      }
    } finally {
      this.#inHand--;
    }
  }

  /** The image with this id; null where there is none. */
  async get(id: string): Promise<StoredImage | null> {
    return this.index.get(id);
  }

  /** Path of the image's canonical file. */
  file(image: StoredImage): string {
    return this.blobs.pathOf(image.blob);
  }

  /**
   * A small JPEG of the image, made when first asked for.
   * @param longestSide pixels, 16 to 1024, rounded up to a power of two; an image is never enlarged.
   * @throws MaskwireError BAD_USER_INPUT for a size out of range, OVERLOADED where too many wait to be made.
   */
  async thumbnail(image: StoredImage, longestSide: number): Promise<Buffer> {
    return this.thumbnails.get(image.id, this.file(image), longestSide);
  }

  async #ingestOnce(upload: StagedBlob): Promise<IngestResult> {
    const id = `img_${upload.digest}`;
    const running = this.#ingesting.get(id);
    if (running) return { image: (await running).image, created: false };
    const ingesting = this.#findOrMake(id, upload).finally(() => this.#ingesting.delete(id));
    this.#ingesting.set(id, ingesting);
    return ingesting;
  }

  async #findOrMake(id: string, upload: StagedBlob): Promise<IngestResult> {
    const known = await this.index.get(id);
    if (known && (await this.blobs.has(known.blob))) return { image: known, created: false };
    return this.#gate.run(async () => {
      const { canonical, ...facts } = await this.#canonical(upload);
      try {
        await this.unfinished.begin(canonical.digest);
        await this.blobs.commit(canonical);
      } finally {
        await this.blobs.discard(canonical);
      }
      const image = { id, ...facts, bytes: canonical.bytes, blob: canonical.digest, createdAt: Date.now() };
      // The facts come last: an image that the index knows always has its file.
      await this.index.put(image);
      await this.unfinished.end(canonical.digest);
      return { image, created: true };
    });
  }

  async #canonical(upload: StagedBlob) {
    const { format, keepAs, width, height } = await inspect(upload.path, this.limits);
    if (keepAs) {
      await verify(upload.path, this.limits);
      return { canonical: upload, mime: keepAs, width, height };
    }
    const { staged, result } = await this.blobs.stageFile((path) => reencode(upload.path, format, path, this.limits));
    return { canonical: staged, ...result };
  }
}

/**
 * Deletes blobs that a killed process stored for images that it did not get to. Only those that it noted: a blob without
 * facts may as well be one whose facts an operator has yet to restore.
 */
async function sweep(blobs: BlobStore, index: ImageIndex, unfinished: Unfinished): Promise<void> {
  const digests = await unfinished.list();
  if (digests.length === 0) return;
  // Facts that cannot be read keep nobody from starting, and may be those of any file.
  const used = await index.blobs().catch(() => null);
  if (used === null) return;
  for (const digest of digests) {
    if (!used.has(digest)) await blobs.delete(digest);
    await unfinished.end(digest);
  }
}
