import { coverageGrid } from '#src/masks/resize.js';
import { decodeRle } from '#src/masks/rle.js';
import { gridOf, type DecodeItem, type Embedding, type FrameSizes } from './model.js';
import type { MaskPrompt } from './prompts.js';

/** What points mean to a decoder; SAM's numbers, which the families share. */
const LABEL = { BACKGROUND: 0, FOREGROUND: 1, BOX_TOP_LEFT: 2, BOX_BOTTOM_RIGHT: 3 } as const;

/**
 * Logit of a cell that a mask prompt covers wholly; minus this where it covers nothing, linear between. About as sure as
 * the models' own masks are; the compact family squashes logits with tanh(x / 4), which makes it 0.96 of the surest.
 */
const MASK_PROMPT_LOGIT = 8;

/** One item's prompts in a model's frame. */
export interface FramePrompts {
  /** x, y of every point in turn, in pixels of the frame, 0 at the centre of the top left pixel. */
  readonly points: readonly number[];
  /** One for every point. */
  readonly labels: readonly number[];
  readonly hasBox: boolean;
  /** `[maskGrid, maskGrid]` logits, of the mask prompt or of the mask to refine; null where there are none. */
  readonly mask: Float32Array | null;
}

/**
 * Translates prompts from pixels of the original, 0 at its left or top edge, to pixels of the frame, into which the
 * photo was resized to `content`. A box becomes two points, as in SAM, after the others.
 * @throws Error where there are no prompts, more than one box or mask, or a text: the layers above refuse these.
 */
export function framePrompts({ embedding, prompts, previousLogits }: DecodeItem, sizes: FrameSizes): FramePrompts {
  const { content, original } = embedding;
  const points: number[] = [];
  const labels: number[] = [];
  const addPoint = (x: number, y: number, label: number) => {
    points.push((x * content.width) / original.width - 0.5, (y * content.height) / original.height - 0.5);
    labels.push(label);
  };
  for (const prompt of prompts) {
    if (prompt.kind === 'text') throw new Error('expected points, a box or a mask, but got a text.');
    if (prompt.kind === 'point') addPoint(prompt.x, prompt.y, LABEL[prompt.label]);
  }
  const [box, ...boxes] = prompts.filter(({ kind }) => kind === 'box');
  const [mask, ...masks] = prompts.filter(({ kind }) => kind === 'mask');
  if (prompts.length === 0 || boxes.length > 0 || masks.length > 0) {
    throw new Error(
      `expected prompts with at most one box and one mask, but got ${prompts.length}, ` +
        `${boxes.length} boxes and ${masks.length} masks too many.`,
    );
  }
  if (box?.kind === 'box') {
    addPoint(box.x, box.y, LABEL.BOX_TOP_LEFT);
    addPoint(box.x + box.width, box.y + box.height, LABEL.BOX_BOTTOM_RIGHT);
  }
  return {
    points,
    labels,
    hasBox: box !== undefined,
    mask: mask?.kind === 'mask' ? logitsOfMask(mask, embedding, sizes) : previousLogits,
  };
}

function logitsOfMask({ rle }: MaskPrompt, embedding: Embedding, sizes: FrameSizes): Float32Array {
  const { width, height } = embedding.original;
  const runs = decodeRle(rle, width * height);
  if (runs.width !== width || runs.height !== height) {
    throw new Error(
      `expected a mask of ${height} x ${width}, the image's size, but got ${runs.height} x ${runs.width}.`,
    );
  }
  return coverageGrid(runs, gridOf(embedding, sizes)).map((covered) => (2 * covered - 1) * MASK_PROMPT_LOGIT);
}
