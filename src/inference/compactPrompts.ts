import { coverageGrid } from '#src/masks/resize.js';
import { decodeRle } from '#src/masks/rle.js';
import { gridOf, type DecodeItem, type Embedding, type FrameSizes } from './model.js';
import type { MaskPrompt } from './prompts.js';

/** The decoder's label of a point; SAM's numbers. */
const LABEL = { PADDING: -1, BACKGROUND: 0, FOREGROUND: 1, BOX_TOP_LEFT: 2, BOX_BOTTOM_RIGHT: 3 } as const;

/** Logits beyond this say nothing more; training fed them back clamped to it. */
const PREVIOUS_LOGIT_LIMIT = 20;

/**
 * Logit of a cell that a mask prompt covers wholly; minus this where it covers nothing, linear between. The graph
 * squashes logits with tanh(x / 4), so this is 0.96 of the surest.
 */
const MASK_PROMPT_LOGIT = 8;

/** One item's prompts as the compact family's decoder takes them, without batch dimension. */
export interface CompactPrompts {
  /** `[P, 2]`: x, y in pixels of the frame, 0 at the centre of the top left pixel. P is at least 1. */
  readonly points: Float32Array;
  /** `[P]` */
  readonly labels: Float32Array;
  /** `[maskGrid, maskGrid]` logits; null where there are none. */
  readonly mask: Float32Array | null;
}

/**
 * Translates prompts from pixels of the original, 0 at its left or top edge, to pixels of the frame, into which the
 * photo was resized to `content`.
 * @throws Error where there are no prompts, more than one box or mask, or a text: the layers above refuse these.
 */
export function compactPrompts({ embedding, prompts, previousLogits }: DecodeItem, sizes: FrameSizes): CompactPrompts {
  const { content, original } = embedding;
  const points: number[] = [];
  const labels: number[] = [];
  const addPoint = (x: number, y: number, label: number) => {
    points.push((x * content.width) / original.width - 0.5, (y * content.height) / original.height - 0.5);
    labels.push(label);
  };
  let boxes = 0;
  const masks: MaskPrompt[] = [];
  for (const prompt of prompts) {
    switch (prompt.kind) {
      case 'point':
        addPoint(prompt.x, prompt.y, LABEL[prompt.label]);
        break;
      case 'box':
        boxes++;
        addPoint(prompt.x, prompt.y, LABEL.BOX_TOP_LEFT);
        addPoint(prompt.x + prompt.width, prompt.y + prompt.height, LABEL.BOX_BOTTOM_RIGHT);
        break;
      case 'mask':
        masks.push(prompt);
        break;
      case 'text':
        throw new Error('expected points, a box or a mask, but got a text.');
    }
  }
  if (prompts.length === 0 || boxes > 1 || masks.length > 1) {
    throw new Error(
      `expected prompts with at most one box and one mask, but got ${prompts.length} with ${boxes} and ${masks.length}.`,
    );
  }
  // The graph needs a point, and takes no notice of padding.
  if (labels.length === 0) addPoint(0, 0, LABEL.PADDING);
  const [maskPrompt] = masks;
  return {
    points: Float32Array.from(points),
    labels: Float32Array.from(labels),
    mask: maskPrompt ? logitsOfMask(maskPrompt, embedding, sizes) : clamped(previousLogits),
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

function clamped(logits: Float32Array | null): Float32Array | null {
  return logits?.map((logit) => Math.max(-PREVIOUS_LOGIT_LIMIT, Math.min(PREVIOUS_LOGIT_LIMIT, logit))) ?? null;
}
