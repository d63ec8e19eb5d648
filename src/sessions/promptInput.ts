import type { Prompt } from '#src/inference/prompts.js';
import { decodeRle, encodeRle, type Rle } from '#src/masks/rle.js';
import { MaskwireError } from '../errors.js';
import type { SessionState } from './state.js';
import { visibleObject } from './state.js';

/** Characters of a text prompt. */
const MAX_TEXT = 200;

/** A prompt as a caller gives it: like `Prompt`, but a mask may be an earlier candidate. */
export type PromptInput =
  | Exclude<Prompt, { kind: 'mask' }>
  | { readonly kind: 'mask'; readonly rle: { readonly size: readonly number[]; readonly counts: string } }
  | { readonly kind: 'candidate'; readonly objectId: string; readonly index: number };

/**
 * Checks prompts against the session's image and replaces references by what they name.
 * @throws MaskwireError BAD_USER_INPUT, NOT_FOUND, TOO_LARGE; the message names the prompt by its place.
 */
export function checkPrompts(
  state: SessionState,
  inputs: readonly PromptInput[],
  maxPrompts: number,
): readonly Prompt[] {
  if (inputs.length === 0) throw new MaskwireError('BAD_USER_INPUT', 'prompts: expected at least 1, got none.');
  if (inputs.length > maxPrompts) {
    throw new MaskwireError('TOO_LARGE', `prompts: expected at most ${maxPrompts}, got ${inputs.length}.`, {
      limit: 'promptsPerCall',
    });
  }
  const prompts = inputs.map((input, i) => check(state, input, `prompts[${i}]`));
  for (const kind of ['box', 'mask'] as const) {
    const count = prompts.filter((prompt) => prompt.kind === kind).length;
    if (count > 1) throw new MaskwireError('BAD_USER_INPUT', `prompts: expected at most one ${kind}, got ${count}.`);
  }
  return prompts;
}

function check(state: SessionState, input: PromptInput, at: string): Prompt {
  switch (input.kind) {
    case 'point':
      coordinate(input.x, state.width, `${at}.point.x`);
      coordinate(input.y, state.height, `${at}.point.y`);
      return input;
    case 'box':
      side(input.x, input.width, state.width, `${at}.box`, 'x', 'width');
      side(input.y, input.height, state.height, `${at}.box`, 'y', 'height');
      return input;
    case 'mask':
      return { kind: 'mask', rle: checkRle(state, input.rle, `${at}.mask.rle`) };
    case 'candidate':
      return { kind: 'mask', rle: candidateRle(state, input, `${at}.mask.candidate`) };
    case 'text':
      if (input.text.trim() === '' || input.text.length > MAX_TEXT) {
        throw new MaskwireError(
          'BAD_USER_INPUT',
          `${at}.text: expected 1 to ${MAX_TEXT} characters, got ${input.text.length}.`,
        );
      }
      return input;
  }
}

/** @throws MaskwireError BAD_USER_INPUT unless 0 <= value <= max. */
export function coordinate(value: number, max: number, at: string): void {
  if (!(value >= 0 && value <= max)) {
    throw new MaskwireError('BAD_USER_INPUT', `${at}: expected 0 to ${max}, inside the image; got ${value}.`);
  }
}

function side(start: number, length: number, max: number, at: string, startName: string, lengthName: string): void {
  coordinate(start, max, `${at}.${startName}`);
  if (!(length > 0 && start + length <= max)) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `${at}.${lengthName}: expected more than 0 and ${startName} + ${lengthName} at most ${max}; got ${startName} ${start}, ${lengthName} ${length}.`,
    );
  }
}

function checkRle(state: SessionState, { size, counts }: { size: readonly number[]; counts: string }, at: string): Rle {
  const [height, width] = size;
  if (size.length !== 2 || height !== state.height || width !== state.width) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `${at}.size: expected the image's [height, width], [${state.height}, ${state.width}]; got [${size.join(', ')}].`,
    );
  }
  // Coded anew: what enters the log is canonical, whoever wrote it.
  const given: Rle = { size: [height, width], counts };
  return encodeRle(decodeRle(given));
}

function candidateRle(state: SessionState, ref: { objectId: string; index: number }, at: string): Rle {
  const object = visibleObject(state, ref.objectId);
  if (!object) throw new MaskwireError('NOT_FOUND', `${at}.objectId: the session has no object ${ref.objectId}.`);
  const candidate = object.candidates[ref.index];
  if (!candidate) {
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `${at}.index: object ${ref.objectId} has ${object.candidates.length} candidates; got index ${ref.index}.`,
    );
  }
  return candidate.rle;
}
