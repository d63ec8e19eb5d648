import { MaskwireError } from '#src/errors.js';
import { readRgb } from '#src/images/rgb.js';
import type { SegmentationModel } from '#src/inference/model.js';
import { decodeRle, type RunLengths } from '#src/masks/rle.js';
import { areaOf } from '#src/masks/runs.js';
import { readAnnotations, type AnnotatedImage } from './dataSet.js';
import { withPhoto, type CanonicalPhoto } from './photo.js';
import { runProtocol } from './protocol.js';
import type { ObjectResult } from './result.js';

/**
 * Encodes an image and runs the protocol on its objects.
 * @param objects positions in the image's annotations.
 * @throws MaskwireError BAD_USER_INPUT for a mask that is malformed, empty or not of the photo's size, IMAGE_REJECTED or
 *   TOO_LARGE for the photo.
 */
export async function evaluateImage(
  model: SegmentationModel,
  image: AnnotatedImage,
  objects: readonly number[],
  batchSize: number,
): Promise<ObjectResult[]> {
  return withPhoto(image.photoPath, async (photo) => {
    const truths = await readTruths(image, objects, photo);
    const started = performance.now();
    const embedding = await model.encode(await readRgb(photo.path, (original) => model.imageSize(original)));
    const encodeMs = performance.now() - started;
    const shares = truths.map((truth) => areaOf(truth) / (photo.width * photo.height));
    const trials = await runProtocol(model, embedding, truths, { batchSize });
    return trials.map((trial, i) => ({
      image: image.name,
      annotation: objects[i] ?? -1,
      source: image.source,
      share: shares[i] ?? 0,
      ...trial,
      encodeMs,
    }));
  });
}

/** The masks of these objects. @throws MaskwireError as `evaluateImage`. */
export async function readTruths(
  { annotationPath }: AnnotatedImage,
  objects: readonly number[],
  { width, height }: CanonicalPhoto,
): Promise<RunLengths[]> {
  const { segmentations } = await readAnnotations(annotationPath);
  return objects.map((object) => {
    const segmentation = segmentations[object];
    const refuse = (problem: string) =>
      new MaskwireError('BAD_USER_INPUT', `${annotationPath}, annotation ${object}: ${problem}`);
    if (segmentation === undefined) throw refuse(`expected ${object + 1} annotations; the file has changed.`);
    const [maskHeight, maskWidth] = segmentation.size;
    if (maskHeight !== height || maskWidth !== width) {
      throw refuse(`expected a mask of ${height} x ${width}, the photo's size, but got ${maskHeight} x ${maskWidth}.`);
    }
    let truth: RunLengths;
    try {
      truth = decodeRle(segmentation, width * height);
    } catch (error) {
      throw error instanceof MaskwireError ? refuse(error.message) : error;
    }
    if (areaOf(truth) === 0) throw refuse('expected a mask of at least one pixel, but it is empty.');
    return truth;
  });
}
