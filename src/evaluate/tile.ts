import { sharp } from '#src/images/sharp.js';
import type { Box } from '#src/masks/box.js';
import type { RunLengths } from '#src/masks/rle.js';
import { bitmapFromRuns, boundingBoxOf } from '#src/masks/runs.js';
import { Canvas, NUMBER_HEIGHT, type Rgb } from './canvas.js';
import type { CanonicalPhoto } from './photo.js';
import type { Click } from './result.js';

/** Pixels. */
export const TILE_SIDE = 240;
export const TILE_HEIGHT = TILE_SIDE + NUMBER_HEIGHT + 8;

const MASK: Rgb = [255, 70, 160];
const TRUTH: Rgb = [255, 230, 60];
const FOREGROUND: Rgb = [40, 220, 90];
const BACKGROUND: Rgb = [240, 60, 50];
const PAPER: Rgb = [24, 24, 28];
const INK: Rgb = [240, 240, 240];

/** What one tile shows of an object. */
export interface Moment {
  readonly truth: RunLengths;
  readonly mask: RunLengths;
  /** Those made so far. */
  readonly clicks: readonly Click[];
}

/**
 * A part of the photo with the mask tinted, the true outline and the clicks, the number of clicks and the IoU below.
 * @param window whole pixels of the photo.
 */
export async function tileOf(photo: CanonicalPhoto, window: Box, { truth, mask, clicks }: Moment): Promise<Canvas> {
  const scale = TILE_SIDE / Math.max(window.width, window.height);
  const width = Math.max(1, Math.round(window.width * scale));
  const height = Math.max(1, Math.round(window.height * scale));
  const pixels = await sharp(photo.path, { failOn: 'error', limitInputPixels: false })
    .toColourspace('srgb')
    .removeAlpha()
    .extract({ left: window.x, top: window.y, width: window.width, height: window.height })
    .resize({ width, height, fit: 'fill' })
    .raw()
    .toBuffer();
  const picture = new Canvas(width, height, pixels);

  const place = (x: number, y: number) => {
    const column = window.x + Math.min(window.width - 1, Math.floor((x + 0.5) / scale));
    const row = window.y + Math.min(window.height - 1, Math.floor((y + 0.5) / scale));
    return row * photo.width + column;
  };
  const [trueBits, maskBits] = [bitmapFromRuns(truth), bitmapFromRuns(mask)];
  const isTrue = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height && trueBits[place(x, y)] === 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (maskBits[place(x, y)] === 1) picture.dot(x, y, MASK, 0.45);
      const edge = isTrue(x, y) && !(isTrue(x - 1, y) && isTrue(x + 1, y) && isTrue(x, y - 1) && isTrue(x, y + 1));
      if (edge) picture.dot(x, y, TRUTH);
    }
  }
  for (const { x, y, label } of clicks) {
    const color = label === 'FOREGROUND' ? FOREGROUND : BACKGROUND;
    picture.disc((x + 0.5 - window.x) * scale, (y + 0.5 - window.y) * scale, 5, color);
  }

  const tile = new Canvas(TILE_SIDE, TILE_HEIGHT);
  tile.fill(0, 0, TILE_SIDE, TILE_HEIGHT, PAPER);
  tile.put(picture, 0, 0);
  tile.number(String(clicks.length), 4, TILE_SIDE + 4, INK);
  tile.number((clicks.at(-1)?.iou ?? 0).toFixed(3), 40, TILE_SIDE + 4, INK);
  return tile;
}

/**
 * The part of the photo that shows all of these, with some of the photo around them; square, unless the photo ends.
 * @param masks the first one not empty.
 */
export function windowOf(photo: CanonicalPhoto, masks: readonly RunLengths[], clicks: readonly Click[]): Box {
  const boxes = [...masks.map(boundingBoxOf), ...clicks.map(({ x, y }) => ({ x, y, width: 1, height: 1 }))];
  const all = boxes.filter((box) => box !== null);
  const columns = [Math.min(...all.map((box) => box.x)), Math.max(...all.map((box) => box.x + box.width))] as const;
  const rows = [Math.min(...all.map((box) => box.y)), Math.max(...all.map((box) => box.y + box.height))] as const;
  const content = Math.max(columns[1] - columns[0], rows[1] - rows[0]);
  const side = Math.ceil(Math.max(content + 32, content * 1.3));
  const { begin: x, size: width } = around(columns, side, photo.width);
  const { begin: y, size: height } = around(rows, side, photo.height);
  return { x, y, width, height };
}

/** A stretch of `size`, or of the whole where that is less, around the middle of another, moved into 0..whole. */
function around([from, to]: readonly [number, number], size: number, whole: number): { begin: number; size: number } {
  const within = Math.min(size, whole);
  const begin = Math.round((from + to - within) / 2);
  return { begin: Math.max(0, Math.min(whole - within, begin)), size: within };
}
