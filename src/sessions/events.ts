import type { Candidate } from '#src/inference/inference.js';
import type { Prompt } from '#src/inference/prompts.js';
import type { DomainErrorCode } from '../errors.js';
import type { Participant } from './participant.js';

/** Every durable change that a session can go through. A session's state is the fold of these, and nothing else. */
export type SessionEvent =
  | SessionOpened
  | EncodingStarted
  | SessionReady
  | SessionFailed
  | Change
  | CandidatesProduced
  | DecodeFailed
  | StepUndone
  | StepRedone
  | SessionClosed;

/** What a person does to an object, and can undo. */
export type Change = PromptsAdded | PromptsRemoved | CandidateSelected | ObjectAccepted | ObjectRemoved;

export type StoredPrompt = Prompt & { readonly id: string; readonly createdBy: Participant };

export interface Failure {
  readonly code: DomainErrorCode;
  readonly message: string;
}

export interface SessionOpened {
  readonly type: 'SessionOpened';
  readonly title: string;
  readonly modelId: string;
  readonly imageId: string;
  /** Pixels of the upright image. */
  readonly width: number;
  readonly height: number;
}

export interface EncodingStarted {
  readonly type: 'EncodingStarted';
}

export interface SessionReady {
  readonly type: 'SessionReady';
}

export interface SessionFailed {
  readonly type: 'SessionFailed';
  readonly failure: Failure;
}

export interface PromptsAdded {
  readonly type: 'PromptsAdded';
  readonly objectId: string;
  readonly prompts: readonly StoredPrompt[];
}

export interface PromptsRemoved {
  readonly type: 'PromptsRemoved';
  readonly objectId: string;
  readonly promptIds: readonly string[];
}

export interface CandidateSelected {
  readonly type: 'CandidateSelected';
  readonly objectId: string;
  readonly index: number;
  /** The prompts that the candidates answered: the choice holds for these alone, also when they are decoded again. */
  readonly promptIds: readonly string[];
}

export interface ObjectAccepted {
  readonly type: 'ObjectAccepted';
  readonly objectId: string;
  readonly label: string | null;
}

export interface ObjectRemoved {
  readonly type: 'ObjectRemoved';
  readonly objectId: string;
}

export interface CandidatesProduced {
  readonly type: 'CandidatesProduced';
  readonly objectId: string;
  /** The object revision whose prompts these answer. */
  readonly revision: number;
  /** The prompts that they answer. */
  readonly promptIds: readonly string[];
  /** Which earlier candidates were refined, and which one of them; null where none were. */
  readonly refined: { readonly revision: number; readonly selected: number } | null;
  /** Best first. */
  readonly candidates: readonly Candidate[];
}

export interface DecodeFailed {
  readonly type: 'DecodeFailed';
  readonly objectId: string;
  /** The object revision that could not be answered. */
  readonly revision: number;
  readonly failure: Failure;
}

export interface StepUndone {
  readonly type: 'StepUndone';
  readonly objectId: string;
  /** Session revision of the change taken back. */
  readonly step: number;
}

export interface StepRedone {
  readonly type: 'StepRedone';
  readonly objectId: string;
  /** Session revision of the change done again. */
  readonly step: number;
}

export interface SessionClosed {
  readonly type: 'SessionClosed';
}
