import type { MessagePort } from 'node:worker_threads';
import { MaskwireError, type DomainErrorCode } from '#src/errors.js';
import type { ModelFiles } from '#src/models/manifest.js';
import type { Candidate, DecodeRequest } from '../inference.js';
import type { InferenceLimits } from '../limits.js';
import type { Embedding } from '../model.js';

/** What the process has to know to run; sent once, first. */
export interface ProcessConfig {
  /** The default model, which is loaded at once, first. */
  readonly models: readonly ModelFiles[];
  readonly embeddingsFolder: string;
  readonly limits: InferenceLimits;
}

/** What happened to one request of a batch. */
export type DecodeOutcome =
  | { readonly kind: 'candidates'; readonly candidates: readonly Candidate[] }
  /** Its embedding is not in memory. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly error: WireError };

/** The calls that the serving process makes, each with what it sends and what it is answered. */
export interface Calls {
  /** Brings an embedding from disk to memory, where it is not there already. */
  load: {
    readonly request: { readonly modelId: string; readonly imageId: string };
    readonly answer: { readonly found: 'memory' | 'disk' | 'miss' };
  };
  /** Encodes an image file and keeps the embedding in memory and on disk. */
  encode: {
    readonly request: { readonly modelId: string; readonly imageId: string; readonly path: string };
    readonly answer: { readonly ms: number };
  };
  /** Answers in the order of the requests. */
  decode: {
    readonly request: { readonly modelId: string; readonly requests: readonly DecodeRequest[] };
    readonly answer: { readonly outcomes: readonly DecodeOutcome[]; readonly ms: number };
  };
}

export type CallName = keyof Calls;

/** One call on its way, within the process too: between its main thread and the thread that does the work. */
export type Call = {
  [Name in CallName]: { readonly call: Name; readonly id: number; readonly request: Calls[Name]['request'] };
}[CallName];

/** An answer, or the error of the call. */
export type Answer =
  | { readonly type: 'answer'; readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly type: 'error'; readonly id: number; readonly error: WireError };

/** An error on its way: a class does not survive it. */
export interface WireError {
  readonly message: string;
  /** Null for any error but MaskwireError: its message is not for the caller. */
  readonly code: DomainErrorCode | null;
}

export function toWire(error: unknown): WireError {
  if (error instanceof MaskwireError) return { message: error.message, code: error.code };
  return { message: error instanceof Error ? error.message : String(error), code: null };
}

export type ToProcess =
  | { readonly type: 'start'; readonly config: ProcessConfig }
  | { readonly type: 'call'; readonly call: Call }
  | { readonly type: 'forget'; readonly keyPrefix: string }
  | { readonly type: 'unload'; readonly modelId: string }
  | { readonly type: 'close' };

export type FromProcess =
  | Answer
  | { readonly type: 'ready' }
  | { readonly type: 'warning'; readonly message: string }
  /** The call of this id has its model and begins to encode. */
  | { readonly type: 'encoding'; readonly id: number }
  | ModelLoad;

/** A graph of a model is being loaded; then it was, or could not be. */
export type ModelLoad = { readonly modelId: string; readonly part: 'encoder' | 'decoder' } & (
  { readonly type: 'loading' } | { readonly type: 'loaded'; readonly ms: number } | { readonly type: 'loadFailed' }
);

/** From the encoder thread straight to the decoder thread; the tensors' buffers are transferred. */
export interface EncodedImage {
  readonly type: 'encoded';
  /** Of the call that the decoder thread answers, now that it holds the embedding. */
  readonly id: number;
  readonly modelId: string;
  readonly imageId: string;
  readonly embedding: Embedding;
  readonly ms: number;
}

/** What a thread is sent by the process's main thread. */
export type ToThread = Exclude<ToProcess, { type: 'start' }>;

/** What a thread is started with. */
export interface ThreadConfig {
  readonly config: ProcessConfig;
  /** Leads to the other thread. */
  readonly peer: MessagePort;
}
