import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { MaskwireError } from '#src/errors.js';
import type { Rle } from '#src/masks/rle.js';
import { EVALUATION_LIMITS } from './limits.js';

const PHOTO_EXTENSIONS = ['jpg', 'jpeg', 'png'] as const;

/** The part of an SA-1B style file that is read: the objects, and where the image is from. */
const annotationFile = z.object({
  image: z.object({ source: z.string().min(1).optional() }),
  annotations: z.array(
    z.object({
      segmentation: z.object({ size: z.tuple([z.int(), z.int()]), counts: z.string() }),
    }),
  ),
});

export interface AnnotatedImage {
  /** File of the photo, without its folder. */
  readonly name: string;
  readonly photoPath: string;
  readonly annotationPath: string;
  readonly source: string;
  /** Positions, in the file, of the objects that are evaluated; rising. */
  readonly objects: readonly number[];
}

export interface DataSet {
  /** In the order of the file names. */
  readonly images: readonly AnnotatedImage[];
  readonly objectCount: number;
  /** 16 hexadecimal digits that change with the names, the sizes in bytes and the annotations of the photos. */
  readonly fingerprint: string;
}

/**
 * Reads a folder of photos, each `X.jpg` or `X.png` with its objects in `X.json`, as in SA-1B. The source of an image is
 * what the file says, else the name up to its first `_`, else the folder's name.
 * @param limit at most so many objects, spread evenly over all; always the same ones.
 * @throws MaskwireError BAD_USER_INPUT where a file is not what it should be, a photo is missing or there is no object;
 *   TOO_LARGE for a file or a number of objects beyond `EVALUATION_LIMITS`.
 */
export async function readDataSet(folder: string, limit = Infinity): Promise<DataSet> {
  const names = new Set(await readdir(folder));
  const hash = createHash('sha256');
  const found: Omit<AnnotatedImage, 'objects'>[] = [];
  const counts: number[] = [];
  for (const file of [...names].filter((name) => name.endsWith('.json')).sort()) {
    const annotationPath = join(folder, file);
    const { source, segmentations, bytes } = await readAnnotations(annotationPath);
    const stem = file.slice(0, -'.json'.length);
    const name = PHOTO_EXTENSIONS.map((extension) => `${stem}.${extension}`).find((photo) => names.has(photo));
    if (name === undefined) {
      throw new MaskwireError(
        'BAD_USER_INPUT',
        `expected a photo beside ${annotationPath}: ${stem}.${PHOTO_EXTENSIONS.join(`, ${stem}.`)}.`,
      );
    }
    const [prefix, ...rest] = stem.split('_');
    found.push({
      name,
      photoPath: join(folder, name),
      annotationPath,
      source: source ?? (rest.length > 0 && prefix ? prefix : basename(resolve(folder))),
    });
    counts.push(segmentations.length);
    const { size } = await stat(join(folder, name));
    hash.update(JSON.stringify([name, size, createHash('sha256').update(bytes).digest('hex')]));
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) {
    throw new MaskwireError('BAD_USER_INPUT', `expected photos with annotations in ${folder}, but it has no object.`);
  }
  const objectCount = Math.min(limit, total);
  const chosen = new Set(Array.from({ length: objectCount }, (_, i) => Math.floor((i * total) / objectCount)));
  let first = 0;
  const images = found.map((image, i) => {
    const all = Array.from({ length: counts[i] ?? 0 }, (_, object) => object);
    const objects = all.filter((object) => chosen.has(first + object));
    first += all.length;
    return { ...image, objects };
  });
  return {
    images: images.filter(({ objects }) => objects.length > 0),
    objectCount,
    fingerprint: hash.digest('hex').slice(0, 16),
  };
}

/** @throws MaskwireError BAD_USER_INPUT, TOO_LARGE, as `readDataSet`. */
export async function readAnnotations(
  path: string,
): Promise<{ source: string | undefined; segmentations: readonly Rle[]; bytes: Buffer }> {
  const { maxAnnotationFileBytes, maxObjectsPerImage } = EVALUATION_LIMITS;
  assertWithin('maxAnnotationFileBytes', maxAnnotationFileBytes, (await stat(path)).size, `bytes in ${path}`);
  const bytes = await readFile(path);
  const parsed = annotationFile.safeParse(parseJson(path, bytes.toString('utf8')));
  if (!parsed.success) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `expected { image, annotations: [{ segmentation: { size, counts } }] } with compressed COCO RLE in ${path}:\n` +
        z.prettifyError(parsed.error),
    );
  }
  const { image, annotations } = parsed.data;
  assertWithin('maxObjectsPerImage', maxObjectsPerImage, annotations.length, `objects in ${path}`);
  return { source: image.source, segmentations: annotations.map(({ segmentation }) => segmentation), bytes };
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MaskwireError('BAD_USER_INPUT', `expected JSON in ${path}: ${String(error)}`, {}, { cause: error });
  }
}

function assertWithin(limit: string, maximum: number, actual: number, what: string): void {
  if (actual <= maximum) return;
  throw new MaskwireError('TOO_LARGE', `expected at most ${maximum} ${what}, but got ${actual} (${limit}).`, {
    limit,
    maximum,
  });
}
