import type { SegmentedObject, SessionSnapshot } from 'maskwire/client';
import { chosenCandidate } from '../annotator/sessionObject.js';

/** What COCO calls an object without a label. */
const UNLABELLED = 'object';

/** The objects that are done, with their masks; a cut-out or a data set is made of these. */
export function acceptedObjects(snapshot: SessionSnapshot): readonly SegmentedObject[] {
  return snapshot.objects.filter((object) => object.status === 'ACCEPTED' && (chosenCandidate(object)?.area ?? 0) > 0);
}

/**
 * The accepted objects as a COCO data set of one image: masks as compressed run lengths, boxes `[x, y, width, height]`
 * in pixels. An annotation's `id` is the object's number, which is also its value in the label map.
 */
export function cocoJson(snapshot: SessionSnapshot): string {
  const { image, title } = snapshot;
  const objects = acceptedObjects(snapshot);
  const names = [...new Set(objects.map(({ label }) => label ?? UNLABELLED))].sort();
  const annotations = objects.map((object, i) => {
    const candidate = chosenCandidate(object);
    const box = candidate?.boundingBox;
    return {
      id: i + 1,
      image_id: 1,
      category_id: names.indexOf(object.label ?? UNLABELLED) + 1,
      segmentation: candidate?.mask.rle,
      bbox: box ? [box.x, box.y, box.width, box.height] : [],
      area: candidate?.area,
      iscrowd: 0,
      score: candidate?.predictedIou,
    };
  });
  const dataset = {
    info: { description: title, date_created: new Date().toISOString() },
    images: [{ id: 1, file_name: title, width: image.width, height: image.height }],
    annotations,
    categories: names.map((name, i) => ({ id: i + 1, name })),
  };
  return JSON.stringify(dataset, null, 1);
}
