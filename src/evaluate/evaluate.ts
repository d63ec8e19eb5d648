import type { SegmentationModel } from '#src/inference/model.js';
import type { DataSet } from './dataSet.js';
import { evaluateImage } from './evaluateImage.js';
import type { ObjectResult } from './result.js';
import type { StateFile } from './stateFile.js';

export interface EvaluationOptions {
  readonly batchSize: number;
  /** Where results are kept as they come; null: nowhere. */
  readonly state: StateFile | null;
  /** Of an earlier run: their objects are not measured again. */
  readonly known: readonly ObjectResult[];
  /** Told after each image how many objects are done. */
  readonly onProgress: (done: number) => void;
}

/**
 * Runs the protocol on every object of the data set.
 * @returns in the order of the data set, whatever was known before: the same results for every way to get there, apart
 *   from times.
 * @throws MaskwireError as `evaluateImage`.
 */
export async function evaluateDataSet(
  model: SegmentationModel,
  { images }: DataSet,
  { batchSize, state, known, onProgress }: EvaluationOptions,
): Promise<ObjectResult[]> {
  const knownByKey = new Map(known.map((result) => [keyOf(result.image, result.annotation), result]));
  const results: ObjectResult[] = [];
  for (const image of images) {
    const missing = image.objects.filter((object) => !knownByKey.has(keyOf(image.name, object)));
    const measured = missing.length > 0 ? await evaluateImage(model, image, missing, batchSize) : [];
    await state?.append(measured);
    for (const result of measured) knownByKey.set(keyOf(image.name, result.annotation), result);
    for (const object of image.objects) {
      const result = knownByKey.get(keyOf(image.name, object));
      if (result === undefined) throw new Error(`expected a result for object ${object} of ${image.name}.`);
      results.push(result);
    }
    onProgress(results.length);
  }
  return results;
}

function keyOf(image: string, annotation: number): string {
  return `${image}/${annotation}`;
}
