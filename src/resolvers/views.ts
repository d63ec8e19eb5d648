import type { Candidate } from '#src/inference/inference.js';
import type { BoxPrompt, MaskPrompt, PointPrompt, TextPrompt } from '#src/inference/prompts.js';
import type { Rle } from '#src/masks/rle.js';
import type { SessionEvent, StoredPrompt } from '#src/sessions/events.js';
import type { MaskUpdate } from '#src/sessions/live.js';
import type { SegmentedObject } from '#src/sessions/object.js';
import type { Participant } from '#src/sessions/participant.js';
import type { SessionState } from '#src/sessions/state.js';

/** An object as it is in one state of its session. */
export interface ObjectView {
  readonly state: SessionState;
  readonly object: SegmentedObject;
}

/** Someone, as a part of a session. */
export interface ParticipantView extends Participant {
  readonly sessionId: string;
}

interface Prompted {
  readonly state: SessionState;
  readonly prompt: StoredPrompt;
}

export type PromptView = Prompted;
export type PointPromptView = Prompted & { readonly prompt: PointPrompt };
export type BoxPromptView = Prompted & { readonly prompt: BoxPrompt };
export type MaskPromptView = Prompted & { readonly prompt: MaskPrompt };
export type TextPromptView = Prompted & { readonly prompt: TextPrompt };

export interface CandidateView extends Candidate {
  readonly index: number;
}

/** A mask is known by its RLE; every other form is made from it. */
export type MaskView = Rle;

export type MaskUpdateView = MaskUpdate;

export interface ObjectMaskView extends ObjectView {
  readonly candidate: Candidate;
}

/** A log entry that tells this type of event, with the states around it. */
export interface EventView<T extends SessionEvent['type']> {
  readonly entry: { readonly event: Extract<SessionEvent, { type: T }> };
  readonly before: SessionState;
  readonly after: SessionState;
}

/** The object of this id in this state, removed or not. */
export function viewOf(state: SessionState, objectId: string): ObjectView {
  const object = state.objects.get(objectId);
  if (!object) throw new Error(`Session ${state.id} has no object ${objectId}.`);
  return { state, object };
}

/** Candidates with their places. */
export function withIndex(candidates: readonly Candidate[]): readonly CandidateView[] {
  return candidates.map((candidate, index) => ({ ...candidate, index }));
}

export function participantView(state: SessionState, { id, name }: Participant): ParticipantView {
  return { id, name, sessionId: state.id };
}

export function promptViews(state: SessionState, prompts: readonly StoredPrompt[]): readonly PromptView[] {
  return prompts.map((prompt) => ({ state, prompt }));
}
