import type { Box } from '#src/masks/box.js';
import type { Rle } from '#src/masks/rle.js';

/** What a person says about an object. Coordinates are pixels of the upright original image, origin top left. */
export type Prompt = PointPrompt | BoxPrompt | MaskPrompt | TextPrompt;

export interface PointPrompt {
  readonly kind: 'point';
  readonly x: number;
  readonly y: number;
  readonly label: 'FOREGROUND' | 'BACKGROUND';
}

export interface BoxPrompt extends Box {
  readonly kind: 'box';
}

export interface MaskPrompt {
  readonly kind: 'mask';
  /** At the size of the upright original image. */
  readonly rle: Rle;
}

export interface TextPrompt {
  readonly kind: 'text';
  readonly text: string;
}

export type PromptKind = 'POINT' | 'BOX' | 'MASK' | 'TEXT';

/** The schema's name of a prompt's kind. */
export function kindOf(prompt: Prompt): PromptKind {
  return prompt.kind.toUpperCase() as PromptKind;
}
