import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { Staging } from './staging.js';

/** The canonical formats, all of which browsers display. */
const MIME_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'] as const;

const storedImage = z.readonly(
  z.strictObject({
    /** `img_` and the SHA-256 of the bytes that were uploaded. */
    id: z.string(),
    /** Pixels, upright. */
    width: z.int().positive(),
    /** Pixels, upright. */
    height: z.int().positive(),
    /** Of the canonical file. */
    mime: z.enum(MIME_TYPES),
    /** Of the canonical file. */
    bytes: z.int().positive(),
    /** Digest of the canonical file in the blob store. */
    blob: z.string(),
    /** Milliseconds since 1970. */
    createdAt: z.int(),
  }),
);

/** What is known about an image. Its file is upright, 8-bit sRGB without alpha. */
export type StoredImage = z.infer<typeof storedImage>;

/** Images whose facts stay in memory: about half a megabyte. */
const CACHED_IMAGES = 1000;

/** The facts about each image, one JSON file per image, written whole or not at all. */
export class ImageIndex {
  readonly #cache = new LRUCache<string, StoredImage>({ max: CACHED_IMAGES });

  private constructor(
    private readonly folder: string,
    private readonly staging: Staging,
  ) {}

  static async open(folder: string): Promise<ImageIndex> {
    return new ImageIndex(folder, await Staging.open(join(folder, 'staging')));
  }

  /** The image with this id; null where there is none, also for text that is no image id at all. */
  async get(id: string): Promise<StoredImage | null> {
    const cached = this.#cache.get(id);
    if (cached) return cached;
    // The id comes from outside and becomes part of a path.
    if (!/^img_[0-9a-f]{64}$/.test(id)) return null;
    const text = await readFile(this.#pathOf(id), 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    const image = storedImage.parse(JSON.parse(text));
    this.#cache.set(id, image);
    return image;
  }

  /**
   * Digests of the files of all images. Reads every image's facts: for rare occasions.
   * @throws Error where the facts of one cannot be read.
   */
  async blobs(): Promise<ReadonlySet<string>> {
    const used = new Set<string>();
    for (const name of await readdir(this.folder)) {
      if (!name.endsWith('.json')) continue;
      used.add(storedImage.parse(JSON.parse(await readFile(join(this.folder, name), 'utf8'))).blob);
    }
    return used;
  }

  /** Stores the facts durably. */
  async put(image: StoredImage): Promise<void> {
    await this.staging.write(this.#pathOf(image.id), `${JSON.stringify(image, null, 2)}\n`);
    this.#cache.set(image.id, image);
  }

  #pathOf(id: string): string {
    return join(this.folder, `${id}.json`);
  }
}
