import { sharp } from '#src/images/sharp.js';
import { readRgb } from '#src/images/rgb.js';
import type { SegmentationModel } from '#src/inference/model.js';
import { Canvas, type Rgb } from './canvas.js';
import type { DataSet } from './dataSet.js';
import { readTruths } from './evaluateImage.js';
import { withPhoto } from './photo.js';
import { runProtocol } from './protocol.js';
import type { ObjectResult } from './result.js';
import { iouAfter } from './summary.js';
import { TILE_HEIGHT, TILE_SIDE, tileOf, windowOf, type Moment } from './tile.js';

/** Cases are ranked by the IoU after so many clicks, and shown after one and after these. */
const SHOWN_CLICKS = 5;
const CASES_PER_SECTION = 6;
const CASES_PER_ROW = 3;
const GAP = 8;
const BEST: Rgb = [60, 190, 90];
const MEDIAN: Rgb = [230, 180, 50];
const WORST: Rgb = [220, 70, 60];
const PAPER: Rgb = [52, 52, 58];

/**
 * A picture of the best, the median and the worst objects by IoU after five clicks, two rows each, marked green, yellow
 * and red at the left. An object takes two tiles: after the first click and after the fifth, with the number of clicks
 * and the IoU below. The protocol is run again for them, since results keep no masks.
 * @param results at least one, of this model on this data.
 * @returns the bytes of a PNG.
 */
export async function contactSheet(
  model: SegmentationModel,
  data: DataSet,
  results: readonly ObjectResult[],
): Promise<Buffer> {
  const rows = sectionsOf(results).flatMap(({ cases, color }) => rowsOf(cases).map((row) => ({ row, color })));
  const caseWidth = 2 * TILE_SIDE + 2;
  const sheet = new Canvas(2 * GAP + CASES_PER_ROW * (caseWidth + GAP), GAP + rows.length * (TILE_HEIGHT + GAP));
  sheet.fill(0, 0, sheet.width, sheet.height, PAPER);
  for (const [position, { row, color }] of rows.entries()) {
    const top = GAP + position * (TILE_HEIGHT + GAP);
    sheet.fill(0, top, GAP, TILE_HEIGHT, color);
    for (const [column, result] of row.entries()) {
      const left = 2 * GAP + column * (caseWidth + GAP);
      const tiles = await tilesOf(model, data, result);
      tiles.forEach((tile, i) => sheet.put(tile, left + i * (TILE_SIDE + 2), top));
    }
  }
  return sharp(sheet.data, { raw: { width: sheet.width, height: sheet.height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Best, median and worst; where there are few objects, fewer of each. */
function sectionsOf(results: readonly ObjectResult[]): { cases: ObjectResult[]; color: Rgb }[] {
  const sorted = [...results].sort((a, b) => iouAfter(b, SHOWN_CLICKS) - iouAfter(a, SHOWN_CLICKS));
  const count = Math.max(1, Math.min(CASES_PER_SECTION, Math.floor(sorted.length / 3)));
  const middle = Math.floor((sorted.length - count) / 2);
  return [
    { cases: sorted.slice(0, count), color: BEST },
    { cases: sorted.slice(middle, middle + count), color: MEDIAN },
    { cases: sorted.slice(-count), color: WORST },
  ];
}

function rowsOf(cases: readonly ObjectResult[]): ObjectResult[][] {
  const count = Math.ceil(cases.length / CASES_PER_ROW);
  return Array.from({ length: count }, (_, row) => cases.slice(row * CASES_PER_ROW, (row + 1) * CASES_PER_ROW));
}

/** After the first click and after the last that is shown. */
async function tilesOf(model: SegmentationModel, { images }: DataSet, result: ObjectResult): Promise<Canvas[]> {
  const image = images.find(({ name }) => name === result.image);
  if (image === undefined) throw new Error(`expected ${result.image} in the data set.`);
  return withPhoto(image.photoPath, async (photo) => {
    const [truth] = await readTruths(image, [result.annotation], photo);
    if (truth === undefined) throw new Error(`expected the mask ${result.annotation} of ${result.image}.`);
    const embedding = await model.encode(await readRgb(photo.path, (original) => model.imageSize(original)));
    const moments: Moment[] = [];
    await runProtocol(model, embedding, [truth], {
      batchSize: 1,
      maxClicks: SHOWN_CLICKS,
      onMask: (_, clicks, mask) => moments.push({ truth, clicks: [...clicks], mask }),
    });
    const shown = [...moments.slice(0, 1), ...moments.slice(-1)];
    const masks = shown.map(({ mask }) => mask);
    const window = windowOf(photo, [truth, ...masks], moments.at(-1)?.clicks ?? []);
    const tiles: Canvas[] = [];
    for (const moment of shown) tiles.push(await tileOf(photo, window, moment));
    return tiles;
  });
}
