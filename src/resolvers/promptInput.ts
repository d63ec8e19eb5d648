import type { MaskPromptInput, PromptInput as Input } from '../generated/resolvers.js';
import type { PromptInput } from '#src/sessions/promptInput.js';

/** The schema's `@oneOf` form of prompts as the domain's. Validation has seen to it that exactly one key is there. */
export function promptInputs(inputs: readonly Input[]): readonly PromptInput[] {
  return inputs.map(({ point, box, mask, text }): PromptInput => {
    if (point) return { kind: 'point', x: point.x, y: point.y, label: point.label ?? 'FOREGROUND' };
    if (box) return { kind: 'box', x: box.x, y: box.y, width: box.width, height: box.height };
    if (mask) return maskInput(mask);
    return { kind: 'text', text };
  });
}

function maskInput({ rle, candidate }: MaskPromptInput): PromptInput {
  return rle ? { kind: 'mask', rle } : { kind: 'candidate', objectId: candidate.objectId, index: candidate.index };
}
