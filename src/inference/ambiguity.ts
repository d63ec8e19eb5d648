import type { DecodeItem, LowResolutionMasks } from './model.js';

/**
 * Whether an item gets candidates to choose from, as Segment Anything does it (Kirillov et al. 2023, "Resolving
 * ambiguity"): one click on the object may mean a part, the whole or the group, and gets the masks made for that;
 * anything that says more (several prompts, a box, a mask, logits to refine, a click beside the object) gets one mask.
 */
export function isAmbiguous({ prompts, previousLogits }: DecodeItem): boolean {
  const [only] = prompts;
  return prompts.length === 1 && previousLogits === null && only?.kind === 'point' && only.label === 'FOREGROUND';
}

/**
 * The masks that answer an item, for models that compute all of them whatever they are asked.
 * @param all first the single mask, then those of an ambiguous prompt, if the model has any.
 */
export function answerOf(item: DecodeItem, { logits, predictedIous }: LowResolutionMasks): LowResolutionMasks {
  const [begin, end] = isAmbiguous(item) && logits.length > 1 ? [1, logits.length] : [0, 1];
  return { logits: logits.slice(begin, end), predictedIous: predictedIous.slice(begin, end) };
}
