/**
 * Which mask tokens answer a prompt, by the rule of SAM's own export (`select_masks`): with up to two tokens, that is one
 * point and its "not a point" or a box alone, the prompt may mean several things and tokens 1 and up answer, best
 * predicted IoU first; with more, token 0 does.
 * @param points tokens of the prompt, "not a point" included, padding not.
 * @param predictedIou of every mask token.
 * @returns indices of mask tokens, best first; at least one.
 */
export function selectMasks(points: number, predictedIou: ArrayLike<number>): readonly number[] {
  if (points > 2 || predictedIou.length < 2) return [0];
  const ambiguous = Array.from({ length: predictedIou.length - 1 }, (_, index) => index + 1);
  return ambiguous.sort((a, b) => (predictedIou[b] ?? 0) - (predictedIou[a] ?? 0));
}
