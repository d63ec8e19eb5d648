import { rleToSvgPath, type SegmentedObject, type SessionSnapshot } from 'maskwire/client';
import { colorOf } from '../annotator/colors.js';
import { chosenCandidate } from '../annotator/sessionObject.js';

/** An SVG drawing of the objects' masks in pixels of the image, one path for each. */
export function svgOf(snapshot: SessionSnapshot, objects: readonly SegmentedObject[]): string {
  const paths = objects.flatMap((object) => {
    const candidate = chosenCandidate(object);
    if (!candidate) return [];
    const title = object.label === null ? '' : `<title>${escaped(object.label)}</title>`;
    const d = rleToSvgPath(candidate.mask.rle);
    return [`  <path fill="${colorOf(snapshot, object.id)}" fill-rule="evenodd" d="${d}">${title}</path>`];
  });
  const { width, height } = snapshot.image;
  return [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">`, ...paths, '</svg>', ''].join(
    '\n',
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
