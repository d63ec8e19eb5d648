import { Buffer } from 'node:buffer';
import { encodeRle } from '#src/masks/rle.js';
import sharp from 'sharp';

/** Objects of which fewer pixels than this are visible are left out. */
const SMALLEST_AREA = 60;

/**
 * The visible part of every object, in the style of SA-1B: COCO run lengths, area in pixels, box `[x, y, width, height]`,
 * and the centre of the mask's most inner pixel as a point to click on.
 */
export async function annotate(canvas) {
  const { width, height, labels } = canvas;
  const pixels = await sharp(Buffer.from(canvas.idPicture())).flatten({ background: '#000' }).raw().toBuffer();
  const ids = new Int32Array(width * height);
  for (let i = 0; i < ids.length; i++) ids[i] = (pixels[3 * i] << 16) | (pixels[3 * i + 1] << 8) | pixels[3 * i + 2];
  for (const id of ids) if (id > labels.length) throw new Error(`The shapes are not flat: found colour ${id}.`);
  return labels.flatMap((label, i) => {
    const mask = ids.map((id) => (id === i + 1 ? 1 : 0));
    const area = mask.reduce((sum, value) => sum + value, 0);
    if (area < SMALLEST_AREA) return [];
    const segmentation = encodeRle({ width, height, lengths: runs(mask, width, height) });
    return [{ label, segmentation, area, bbox: box(mask, width), point_coords: [innerPoint(mask, width, height)] }];
  });
}

function runs(mask, width, height) {
  const lengths = [];
  let value = 0;
  let length = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      if (mask[y * width + x] !== value) {
        lengths.push(length);
        value = 1 - value;
        length = 0;
      }
      length += 1;
    }
  }
  lengths.push(length);
  return Uint32Array.from(lengths);
}

function box(mask, width) {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  mask.forEach((value, i) => {
    if (value === 0) return;
    left = Math.min(left, i % width);
    right = Math.max(right, i % width);
    top = Math.min(top, Math.floor(i / width));
    bottom = Math.max(bottom, Math.floor(i / width));
  });
  return [left, top, right - left + 1, bottom - top + 1];
}

/**
 * The centre of the pixel farthest from the outside of the mask, by the 3-4 chamfer distance (Borgefors, "Distance
 * transformations in digital images", 1986). What lies beyond the picture counts as outside.
 */
function innerPoint(mask, width, height) {
  const stride = width + 2;
  const distance = new Int32Array(stride * (height + 2));
  const sweep = (from, to, step, neighbours) => {
    for (let i = from; i !== to; i += step) {
      const x = (i % stride) - 1;
      const y = Math.floor(i / stride) - 1;
      if (x < 0 || y < 0 || x >= width || y >= height || mask[y * width + x] === 0) continue;
      const nearest = Math.min(...neighbours.map(([offset, cost]) => distance[i + offset] + cost));
      distance[i] = step > 0 ? nearest : Math.min(distance[i], nearest);
    }
  };
  const before = [
    [-1, 3],
    [-stride, 3],
    [-stride - 1, 4],
    [-stride + 1, 4],
  ];
  sweep(0, distance.length, 1, before);
  sweep(
    distance.length - 1,
    -1,
    -1,
    before.map(([offset, cost]) => [-offset, cost]),
  );
  let best = 0;
  distance.forEach((value, i) => {
    if (value > distance[best]) best = i;
  });
  return [(best % stride) - 1 + 0.5, Math.floor(best / stride) - 1 + 0.5];
}
