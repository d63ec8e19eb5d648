import type { ModelDescriptor } from '#src/inference/inference.js';
import { refusalOf } from '#src/inference/promptBounds.js';
import type { Prompt } from '#src/inference/prompts.js';
import { MaskwireError } from '../errors.js';

/**
 * Refuses prompts before they are stored, where the decoder could only fail on them.
 * @param prompts all that an object would have.
 * @param models all of the server: those that take the prompts are named.
 * @throws MaskwireError UNSUPPORTED_PROMPT that names what the model does not take, with the models that do.
 */
export function assertTakes(
  model: ModelDescriptor,
  models: readonly ModelDescriptor[],
  prompts: readonly Prompt[],
): void {
  const refusal = refusalOf(model, prompts);
  if (refusal === null) return;
  const others = models.filter((other) => refusalOf(other, prompts) === null).map(({ id }) => id);
  const hint = others.length === 0 ? 'no model of this server does' : `these do: ${others.join(', ')}`;
  throw new MaskwireError('UNSUPPORTED_PROMPT', `Model ${model.id} ${refusal}; ${hint}.`, { models: others });
}
