import type {
  CandidateFragment,
  EventEntryFragment,
  ImageSource,
  ModelsQuery,
  ObjectFragment,
  PresenceSubscription,
  PromptFragment,
  PromptInput,
  SessionFragment,
  SessionsQuery,
  StepFragment,
} from './generated/operations.js';

/** A segmentation model of the server. */
export type Model = ModelsQuery['models'][number];

/** A page of the list of sessions, newest first. */
export type SessionPage = SessionsQuery['sessions'];

/** One of the masks that the model offers: scores 0..1, box and area in pixels of the image, the mask as COCO RLE. */
export type Candidate = CandidateFragment;

/** A prompt that an object has. `__typename` says of which kind it is. */
export type Prompt = PromptFragment;

/** Something that a person did to an object and can undo. */
export type Step = StepFragment;

/** One entry of a session's log. Objects in it are as they were right after it. */
export type SessionEventEntry = EventEntryFragment;

/** Someone who is in the session now. */
export type PresentParticipant = PresenceSubscription['presence']['participants'][number];

/** A mask as COCO compressed run lengths, `size` being `[height, width]`. */
export type Rle = CandidateFragment['mask']['rle'];

/** An object of a session as it is at one moment. */
export interface SegmentedObject extends Omit<ObjectFragment, 'selectedCandidate'> {
  /** Best first. */
  readonly candidates: readonly Candidate[];
  /** The one of `candidates` that is the object's mask; null where there are none. */
  readonly selectedCandidate: Candidate | null;
}

/** A session as it is at one moment. Never changed in place: what has not changed is the same object as before. */
export interface SessionSnapshot extends Omit<SessionFragment, 'objects'> {
  /** Oldest first, removed ones left out. */
  readonly objects: readonly SegmentedObject[];
}

/** The current mask of an object. */
export interface MaskUpdate {
  readonly object: SegmentedObject;
  /** Best first. Empty where the object was removed or has no prompts left. */
  readonly candidates: readonly Candidate[];
  /** True when the object has left the session: drop it. */
  readonly removed: boolean;
}

/** What a change made of its object. */
export interface ObjectChange {
  readonly objectId: string;
  /** Of the object after the change: give it as `expectedRevision` of the next one. */
  readonly revision: number;
}

/** What every change of an object may say. */
export interface Expectation {
  /** The object's revision that the caller last saw: where it is newer, the change is refused with CONFLICT. */
  readonly expectedRevision?: number;
}

/** Pixels of the upright image. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface OpenSessionOptions {
  /** What `uploadImage` answered, or the bytes of a small file. */
  readonly image: ImageSource;
  /** At most 200 characters. */
  readonly title?: string;
  /** Absent: the server's default model. */
  readonly modelId?: string;
}

export interface AddPointOptions extends Point, Expectation {
  /** Absent: a new object. */
  readonly objectId?: string | undefined;
  readonly label?: 'FOREGROUND' | 'BACKGROUND' | undefined;
}

export interface AddBoxOptions extends Point, Expectation {
  /** Absent: a new object. */
  readonly objectId?: string | undefined;
  readonly width: number;
  readonly height: number;
}

export interface AddPromptsOptions extends Expectation {
  /** Absent: a new object. */
  readonly objectId?: string | undefined;
  readonly prompts: readonly PromptInput[];
}

export interface PreviewOptions {
  /** Present: beside the prompts that the object has. */
  readonly objectId?: string | undefined;
  readonly prompts: readonly PromptInput[];
}
