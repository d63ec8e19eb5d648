// What weights in 8 bits cost in accuracy: the masks of a converted model with them, against those of the exact one, for
// clicks on a drawn picture. Made-up weights of true sizes: their values are spread evenly, which is kind to 8 bits, and
// their masks are near the threshold in many places, which is not. On photos and real weights, `maskwire evaluate` tells.
// Needs `npm run build` first:
//   node bench/int8.mjs [model ...]        Default: mobile-sam sam-vit-b
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRgb } from '#src/images/rgb.js';
import { SamModel } from '#src/inference/samModel.js';
import { convertSam } from '#src/models/sam/convert.js';
import { drawEllipses, SIZE } from './ellipses.mjs';
import { table } from './timing.mjs';
import { writeCheckpoint } from './torchCheckpoint.mjs';

/** Clicks along each side of the picture. */
const CLICKS = { x: 6, y: 4 };
/** Masks with a smaller share of the grid, or of its rest, are nothing to compare. */
const SMALLEST_SHARE = 0.01;

const models = process.argv.length > 2 ? process.argv.slice(2) : ['mobile-sam', 'sam-vit-b'];
const folder = await mkdtemp(join(tmpdir(), 'bench-int8-'));
const rows = [['', 'in 8 bits', 'error of logits, rms', 'cells on the other side', 'masks', 'IoU, mean', 'IoU, least']];
try {
  const image = join(folder, 'picture.png');
  await writeFile(image, (await drawEllipses()).bytes);
  for (const model of models) {
    const checkpoint = join(folder, 'checkpoint.pt');
    await writeCheckpoint(checkpoint, model, { even: true });
    await convertSam(checkpoint, join(folder, 'exact'));
    await convertSam(checkpoint, join(folder, 'int8'), { int8: { encoder: true, decoder: true } });
    const exact = await masksOf('exact', 'exact', image);
    for (const [name, encoder, decoder] of [
      ['encoder', 'int8', 'exact'],
      ['decoder', 'exact', 'int8'],
      ['both', 'int8', 'int8'],
    ]) {
      rows.push([model, name, ...compared(exact, await masksOf(encoder, decoder, image))]);
    }
  }
  console.log(table(rows));
} finally {
  await rm(folder, { recursive: true, force: true });
}

/**
 * The low-resolution logits of every mask of every click.
 * @param {string} encoder the folder of the graph
 * @param {string} decoder likewise
 * @param {string} image path
 */
async function masksOf(encoder, decoder, image) {
  const model = new SamModel(
    {
      ...{ id: 'bench', frame: 1024, maskGrid: 256 },
      encoderPath: join(folder, encoder, 'encoder.onnx'),
      decoderPath: join(folder, decoder, 'decoder.onnx'),
      maskDecoderPath: join(folder, decoder, 'decoder-mask.onnx'),
    },
    2,
  );
  const embedding = await model.encode(await readRgb(image, (original) => model.imageSize(original)));
  /** @type {Float32Array[]} */
  const logits = [];
  for (let i = 0; i < CLICKS.x * CLICKS.y; i++) {
    const x = ((i % CLICKS.x) + 0.5) * (SIZE.width / CLICKS.x);
    const y = (Math.floor(i / CLICKS.x) + 0.5) * (SIZE.height / CLICKS.y);
    const prompts = [{ kind: 'point', label: 'FOREGROUND', x, y }];
    const [masks] = await model.decode([{ embedding, prompts, previousLogits: null }]);
    logits.push(...masks.logits);
  }
  await model.release();
  return logits;
}

/**
 * @param {Float32Array[]} exact
 * @param {Float32Array[]} other
 */
function compared(exact, other) {
  let [squares, errors, flips, cells] = [0, 0, 0, 0];
  /** @type {number[]} */
  const ious = [];
  exact.forEach((logits, mask) => {
    let [both, either, inside] = [0, 0, 0];
    logits.forEach((value, i) => {
      const theirs = other[mask][i];
      const [a, b] = [value > 0, theirs > 0];
      squares += value ** 2;
      errors += (value - theirs) ** 2;
      if (a !== b) flips += 1;
      if (a && b) both += 1;
      if (a || b) either += 1;
      if (a) inside += 1;
    });
    cells += logits.length;
    const share = inside / logits.length;
    if (share >= SMALLEST_SHARE && share <= 1 - SMALLEST_SHARE) ious.push(both / either);
  });
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(2)} %`;
  const mean = ious.reduce((sum, iou) => sum + iou, 0) / ious.length;
  return [
    ...[percent(Math.sqrt(errors / squares)), percent(flips / cells)],
    ...[ious.length, mean.toFixed(4), Math.min(...ious).toFixed(4)],
  ];
}
