import type { Weights } from '../src/models/sam/weights.js';

export function madeUpWeights(
  model: 'mobile-sam' | 'sam-vit-b' | 'sam-vit-l' | 'sam-vit-h',
  options?: { even?: boolean },
): Weights & { readonly names: readonly string[] };
