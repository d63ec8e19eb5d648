import type { PromptBounds } from '#src/models/adapters/contract.js';
import { kindOf, type Prompt, type PromptKind } from './prompts.js';

/** What a model takes of an object's prompts. */
export interface Takes extends PromptBounds {
  readonly promptKinds: readonly PromptKind[];
}

/** The corners of a box are two points to a decoder. */
const POINTS: Readonly<Record<Prompt['kind'], number>> = { point: 1, box: 2, mask: 0, text: 0 };

/**
 * Why a model cannot take these prompts, all of one object, as the end of a sentence that begins with the model; null
 * where it can.
 */
export function refusalOf(
  { promptKinds, backgroundClicks, maxPoints }: Takes,
  prompts: readonly Prompt[],
): string | null {
  const unknown = prompts.map(kindOf).find((kind) => !promptKinds.includes(kind));
  if (unknown !== undefined) return `takes no ${unknown} prompts`;
  const isBackground = prompts.some((prompt) => prompt.kind === 'point' && prompt.label === 'BACKGROUND');
  if (isBackground && !backgroundClicks) return 'takes clicks on the object alone, none on the background';
  const points = prompts.reduce((sum, { kind }) => sum + POINTS[kind], 0);
  if (maxPoints !== null && points > maxPoints) {
    return `takes at most ${maxPoints} points for an object, a box counting as 2; here are ${points}`;
  }
  return null;
}
