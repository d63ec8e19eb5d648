import { bilinearFilter, frameFilter, type AxisFilter } from '#src/masks/axisFilter.js';
import { encodeRle } from '#src/masks/rle.js';
import { areaOf, boundingBoxOf } from '#src/masks/runs.js';
import { stabilityScore } from '#src/masks/stability.js';
import { upsampleToRuns } from '#src/masks/upsample.js';
import type { Candidate } from './inference.js';
import { gridOf, type Embedding, type FrameSizes, type LowResolutionMasks } from './model.js';

/** A mask that the model offers, before it is enlarged. */
export interface RankedMask {
  /** `[maskGrid, maskGrid]` */
  readonly logits: Float32Array;
  /** As the model gave it: may lie outside 0..1. */
  readonly predictedIou: number;
}

/** Best predicted IoU first. */
export function rankMasks({ logits, predictedIous }: LowResolutionMasks): RankedMask[] {
  if (logits.length === 0) throw new Error('expected at least one mask, but the model gave none.');
  return logits
    .map((mask, i) => ({ logits: mask, predictedIou: predictedIous[i] ?? 0 }))
    .sort((a, b) => b.predictedIou - a.predictedIou);
}

/** Enlarges a mask to the original size, straight to run lengths, and measures it. */
export function toCandidate(mask: RankedMask, embedding: Embedding, sizes: FrameSizes): Candidate {
  const { original, content } = embedding;
  const runs = upsampleToRuns(
    mask.logits,
    filterFor(sizes, content.height, original.height),
    filterFor(sizes, content.width, original.width),
  );
  return {
    predictedIou: Math.max(0, Math.min(1, mask.predictedIou)),
    stabilityScore: stabilityScore(mask.logits, gridOf(embedding, sizes)),
    area: areaOf(runs),
    boundingBox: boundingBoxOf(runs),
    rle: encodeRle(runs),
  };
}

/** From the grid to one side of the original, whose photo fills `content` pixels of the frame. */
function filterFor({ frame, maskGrid, upscaling }: FrameSizes, content: number, original: number): AxisFilter {
  if (upscaling === 'throughFrame') return frameFilter(maskGrid, frame, content, original);
  return bilinearFilter(maskGrid, (content * maskGrid) / frame, original);
}
