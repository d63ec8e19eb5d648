import type { Step, StepKind } from '../generated/resolvers.js';
import type { Change } from '#src/sessions/events.js';
import { stepId } from '#src/sessions/ids.js';
import type { SessionState, StepRef } from '#src/sessions/state.js';

const KINDS: Readonly<Record<Change['type'], StepKind>> = {
  PromptsAdded: 'ADD_PROMPTS',
  PromptsRemoved: 'REMOVE_PROMPTS',
  CandidateSelected: 'SELECT_CANDIDATE',
  ObjectAccepted: 'ACCEPT_OBJECT',
  ObjectRemoved: 'REMOVE_OBJECT',
};

/** The step that was undone or redone, as the schema shows it. */
export function stepView(state: SessionState, { step, objectId }: StepRef): Step {
  const found = state.objects.get(objectId)?.steps.find(({ revision }) => revision === step);
  if (!found) throw new Error(`Object ${objectId} has no step ${step}.`);
  return { id: stepId(state, step), kind: KINDS[found.change.type], objectId, at: found.at };
}
