import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { StoredImage } from '../images/imageIndex.js';
import type { ModelDescriptor } from '../inference/inference.js';
import type { SessionState } from '../sessions/state.js';
import type { ObjectView, ParticipantView, PromptView, PointPromptView, BoxPromptView, MaskPromptView, TextPromptView, CandidateView, MaskView, ObjectMaskView, MaskUpdateView, EventView } from '../resolvers/views.js';
import type { Moment } from '../sessions/session.js';
import type { Context } from '../resolvers/context.js';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * A place in a session's log: opaque, increasing, valid across reconnects and restarts. `"0"` is the place before the
   * first event. Send back only what the server answered.
   */
  Cursor: { input: string; output: string; }
  /** An instant in ISO 8601, UTC, with milliseconds: `2026-01-31T12:00:00.000Z`. */
  DateTime: { input: string; output: string; }
};

/** What `acceptObject` takes. */
export type AcceptObjectInput = {
  /** The object's revision that the client last saw; a newer one answers CONFLICT and nothing is stored. */
  readonly expectedRevision?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** 1 to 200 characters. Absent: the label that it has. */
  readonly label?: InputMaybe<Scalars['String']['input']>;
  /** The object's id. */
  readonly objectId: Scalars['ID']['input'];
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** What `acceptObject` answers. */
export type AcceptObjectPayload = {
  readonly __typename?: 'AcceptObjectPayload';
  /** The object right after it. */
  readonly object: SegmentedObject;
  /** The session right after it. */
  readonly session: Session;
};

/** What `addPrompts` takes. */
export type AddPromptsInput = {
  /** The object's revision that the client last saw; a newer one answers CONFLICT and nothing is stored. */
  readonly expectedRevision?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result and stores nothing. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Absent: a new object. */
  readonly objectId?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 64. */
  readonly prompts: ReadonlyArray<PromptInput>;
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** What `addPrompts` answers. */
export type AddPromptsPayload = {
  readonly __typename?: 'AddPromptsPayload';
  /** With the prompts; their candidates follow by subscription. */
  readonly object: SegmentedObject;
  /** The session right after it. */
  readonly session: Session;
};

/** A rectangle in pixels of the image. */
export type BoundingBox = {
  readonly __typename?: 'BoundingBox';
  /** Pixels. */
  readonly height: Scalars['Float']['output'];
  /** Pixels. */
  readonly width: Scalars['Float']['output'];
  /** Pixels from the left edge of the image. */
  readonly x: Scalars['Float']['output'];
  /** Pixels from the top edge of the image. */
  readonly y: Scalars['Float']['output'];
};

/** A rectangle around the object. */
export type BoxPrompt = Prompt & {
  readonly __typename?: 'BoxPrompt';
  /** Who gave it. */
  readonly createdBy: Participant;
  /** Pixels. */
  readonly height: Scalars['Float']['output'];
  /** Unique over all sessions. */
  readonly id: Scalars['ID']['output'];
  /** Pixels. */
  readonly width: Scalars['Float']['output'];
  /** Pixels from the left edge of the image. */
  readonly x: Scalars['Float']['output'];
  /** Pixels from the top edge of the image. */
  readonly y: Scalars['Float']['output'];
};

/** Positive size, inside the image. An object has one at most: a new one takes the place of the old one. */
export type BoxPromptInput = {
  /** Pixels. */
  readonly height: Scalars['Float']['input'];
  /** Pixels. */
  readonly width: Scalars['Float']['input'];
  /** Pixels from the left edge of the image. */
  readonly x: Scalars['Float']['input'];
  /** Pixels from the top edge of the image. */
  readonly y: Scalars['Float']['input'];
};

/** A candidate that an object of the same session has now. */
export type CandidateRefInput = {
  /** Its place in the list. */
  readonly index: Scalars['Int']['input'];
  /** Whose candidate. */
  readonly objectId: Scalars['ID']['input'];
};

/** Someone chose among the candidates. */
export type CandidateSelected = {
  readonly __typename?: 'CandidateSelected';
  /** Of the one chosen. */
  readonly index: Scalars['Int']['output'];
  /** The object right after it. */
  readonly object: SegmentedObject;
};

/** The model answered the prompts of an object. */
export type CandidatesProduced = {
  readonly __typename?: 'CandidatesProduced';
  /** Best first. */
  readonly candidates: ReadonlyArray<MaskCandidate>;
  /** `object.revision` is the one whose prompts are answered; the object may have changed since. */
  readonly object: SegmentedObject;
};

/** What `closeSession` takes. */
export type CloseSessionInput = {
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** What `closeSession` answers. */
export type CloseSessionPayload = {
  readonly __typename?: 'CloseSessionPayload';
  /** Closed. */
  readonly session: Session;
};

/** The model could not answer the object's prompts. Changing the prompts tries again. */
export type DecodeFailed = {
  readonly __typename?: 'DecodeFailed';
  /** Why. */
  readonly failure: Failure;
  /** `object.revision` is the one whose prompts could not be answered. */
  readonly object: SegmentedObject;
};

/** The image is being encoded. */
export type EncodingStarted = {
  readonly __typename?: 'EncodingStarted';
  /** The session right after it. */
  readonly session: Session;
};

/**
 * What stands in `extensions.code` of an error, the same over HTTP and WebSocket. docs/operations.md says what to do
 * about each.
 */
export type ErrorCode =
  /** The HTTP request is no GraphQL request. */
  | 'BAD_REQUEST'
  /** An argument has a value that it cannot have; the message says what was expected and what came. */
  | 'BAD_USER_INPUT'
  /** The object has changed: `extensions.currentRevision` is its revision now. */
  | 'CONFLICT'
  /** The caller may not do this. */
  | 'FORBIDDEN'
  /** The document is not GraphQL. */
  | 'GRAPHQL_PARSE_FAILED'
  /** The document does not fit the schema, or goes over a limit of depth, cost, aliases, directives or tokens. */
  | 'GRAPHQL_VALIDATION_FAILED'
  /** The bytes are no image that this server takes; the message says why. */
  | 'IMAGE_REJECTED'
  /** The model could not be run on this input. */
  | 'INFERENCE_FAILED'
  /** A fault of the server; `extensions.errorId` stands in its log. */
  | 'INTERNAL_SERVER_ERROR'
  /** No such session, object, prompt, image or model. */
  | 'NOT_FOUND'
  /** A queue is full: try again after `extensions.retryAfterMs`. */
  | 'OVERLOADED'
  /** The session is closed. */
  | 'SESSION_CLOSED'
  /** A newer preview by the same caller took this one's place. */
  | 'SUPERSEDED'
  /** More bytes, pixels or items than a limit allows: `extensions.limit` names it. */
  | 'TOO_LARGE'
  /** Who is asking is not known. */
  | 'UNAUTHENTICATED'
  /** The server is stopping: connect again. */
  | 'UNAVAILABLE'
  /**
   * The model does not take this kind of prompt, or not this many: the message names the bound, `extensions.models` lists
   * the models that take what the object would have.
   */
  | 'UNSUPPORTED_PROMPT';

/** Why something that runs in the background failed. */
export type Failure = {
  readonly __typename?: 'Failure';
  /** The code that an error would carry. */
  readonly code: ErrorCode;
  /** What went wrong, for people. */
  readonly message: Scalars['String']['output'];
};

/** An uploaded image, known by the SHA-256 of the bytes that were uploaded. */
export type Image = Node & {
  readonly __typename?: 'Image';
  /** Of the upright image. */
  readonly height: Scalars['Int']['output'];
  /** `img_` and the SHA-256 of the uploaded bytes. */
  readonly id: Scalars['ID']['output'];
  /** Path on this server of a small JPEG of it. `longestSide`: 16 to 1024. */
  readonly thumbnailUrl: Scalars['String']['output'];
  /** Path on this server of the upright 8-bit sRGB image. */
  readonly url: Scalars['String']['output'];
  /** Of the upright image. */
  readonly width: Scalars['Int']['output'];
};


/** An uploaded image, known by the SHA-256 of the bytes that were uploaded. */
export type ImageThumbnailUrlArgs = {
  longestSide?: InputMaybe<Scalars['Int']['input']>;
};

/** Where the image comes from. */
export type ImageSource =
  /** The file's bytes, for small images only; larger ones answer TOO_LARGE: use `PUT /images`. */
  { readonly base64: Scalars['String']['input']; readonly id?: never; readonly url?: never; }
  |  /** What `PUT /images` answered. */
  { readonly base64?: never; readonly id: Scalars['ID']['input']; readonly url?: never; }
  |  /** Only where the operator allows hosts; else BAD_USER_INPUT. */
  { readonly base64?: never; readonly id?: never; readonly url: Scalars['String']['input']; };

/** Every form of one mask, each computed only where it is selected; all describe exactly the same pixels. */
export type Mask = {
  readonly __typename?: 'Mask';
  /** Data URL of a 1-bit PNG, cropped to `boundingBox`: white on the mask, transparent elsewhere. Null for an empty mask. */
  readonly png: Maybe<Scalars['String']['output']>;
  /**
   * Rings as flat lists `[x0, y0, x1, y1, …]` in pixels, closed implicitly. Seen with y down, outer rings run clockwise
   * and holes counter-clockwise; filled by the even-odd rule they are the mask. `tolerance`: how far, in pixels, a
   * simplified outline may stray, 0 to 100; 0 follows the pixel edges exactly.
   */
  readonly polygons: ReadonlyArray<ReadonlyArray<Scalars['Float']['output']>>;
  /** COCO compressed run-length encoding at the size of the upright image. */
  readonly rle: Rle;
  /** The same rings as an SVG path (`fill-rule: evenodd`), in pixels. */
  readonly svgPath: Scalars['String']['output'];
};


/** Every form of one mask, each computed only where it is selected; all describe exactly the same pixels. */
export type MaskPolygonsArgs = {
  tolerance?: Scalars['Float']['input'];
};


/** Every form of one mask, each computed only where it is selected; all describe exactly the same pixels. */
export type MaskSvgPathArgs = {
  tolerance?: Scalars['Float']['input'];
};

/** One of the masks that the model offers for an object's prompts. */
export type MaskCandidate = {
  readonly __typename?: 'MaskCandidate';
  /** Pixels. */
  readonly area: Scalars['Int']['output'];
  /** Smallest box that holds the mask; null for an empty mask. */
  readonly boundingBox: Maybe<BoundingBox>;
  /** Place in the list, 0 is the best. */
  readonly index: Scalars['Int']['output'];
  /** The mask itself. */
  readonly mask: Mask;
  /** The model's own estimate of the intersection over union with what is meant, clamped to 0..1. */
  readonly predictedIou: Scalars['Float']['output'];
  /**
   * Intersection over union of the masks at thresholds one above and one below the mask threshold, on the low-resolution
   * logits: 0..1, high where the outline is certain.
   */
  readonly stabilityScore: Scalars['Float']['output'];
};

/** A page of masks. */
export type MaskConnection = {
  readonly __typename?: 'MaskConnection';
  /** The masks with their cursors. */
  readonly edges: ReadonlyArray<MaskEdge>;
  /** The masks. */
  readonly nodes: ReadonlyArray<ObjectMask>;
  /** Where the page lies. */
  readonly pageInfo: PageInfo;
  /** Of all that the filter lets through, on every page. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A mask in a list. */
export type MaskEdge = {
  readonly __typename?: 'MaskEdge';
  /** Its place in the list. */
  readonly cursor: Scalars['String']['output'];
  /** The mask. */
  readonly node: ObjectMask;
};

/** Which masks a list shows: those that satisfy every condition given. */
export type MaskFilter = {
  /** Of objects with any of these labels. */
  readonly label?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** Of objects with any of these. */
  readonly status?: InputMaybe<ReadonlyArray<ObjectStatus>>;
};

/** A rough mask of the object. */
export type MaskPrompt = Prompt & {
  readonly __typename?: 'MaskPrompt';
  /** Who gave it. */
  readonly createdBy: Participant;
  /** Unique over all sessions. */
  readonly id: Scalars['ID']['output'];
  /** At the size of the image. */
  readonly rle: Rle;
};

/** An object has one at most: a new one takes the place of the old one. */
export type MaskPromptInput =
  /** A mask that the server offered. */
  { readonly candidate: CandidateRefInput; readonly rle?: never; }
  |  /** A mask of your own. */
  { readonly candidate?: never; readonly rle: RleInput; };

/** The current masks of one object. */
export type MaskUpdate = {
  readonly __typename?: 'MaskUpdate';
  /** Empty where the object was removed or has no prompts left. */
  readonly candidates: ReadonlyArray<MaskCandidate>;
  /** As it is now. */
  readonly object: SegmentedObject;
  /** True when the object has left the session: drop it. */
  readonly removed: Scalars['Boolean']['output'];
};

/** A segmentation model that this server can run. */
export type Model = Node & {
  readonly __typename?: 'Model';
  /** Whether it takes clicks on the background; where not, they answer UNSUPPORTED_PROMPT. */
  readonly backgroundClicks: Scalars['Boolean']['output'];
  /** What `openSession` takes as `modelId`. */
  readonly id: Scalars['ID']['output'];
  /** The longest side, in pixels, to which an image is resized before encoding. */
  readonly inputLongestSide: Scalars['Int']['output'];
  /** Used by `openSession` where no model is named. */
  readonly isDefault: Scalars['Boolean']['output'];
  /** SPDX identifier or the name of the licence of the weights. */
  readonly license: Scalars['String']['output'];
  /** The most points that an object may have with it, a box counting as 2; more answer UNSUPPORTED_PROMPT. Null: no bound. */
  readonly maxPoints: Maybe<Scalars['Int']['output']>;
  /** To show to people. */
  readonly name: Scalars['String']['output'];
  /** The kinds of prompts that it takes; others answer UNSUPPORTED_PROMPT. */
  readonly promptKinds: ReadonlyArray<PromptKind>;
};

/** A model on its way to memory. */
export type ModelLoading = {
  readonly __typename?: 'ModelLoading';
  /** Since that began. */
  readonly seconds: Scalars['Float']['output'];
  /** What it is waiting for. */
  readonly stage: ModelLoadingStage;
};

/** What a model waits for before it can run. */
export type ModelLoadingStage =
  /** Its files are read and made ready to run. */
  | 'LOADING'
  /** Memory that other models in use hold. */
  | 'WAITING_FOR_MEMORY';

/** What `movePointer` takes. */
export type MovePointerInput = {
  /** The object in hand; absent: none. */
  readonly objectId?: InputMaybe<Scalars['ID']['input']>;
  /** Null: left the image. */
  readonly pointer?: InputMaybe<PointInput>;
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** What `movePointer` answers. */
export type MovePointerPayload = {
  readonly __typename?: 'MovePointerPayload';
  /** Always true; errors say otherwise. */
  readonly ok: Scalars['Boolean']['output'];
};

/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type Mutation = {
  readonly __typename?: 'Mutation';
  /** Declares the object done, with its selected candidate, under a label. */
  readonly acceptObject: AcceptObjectPayload;
  /**
   * Adds prompts to an object, or makes a new object of them. Acknowledged when stored; the candidates follow on
   * `sessionEvents` and `maskUpdates`. Adding to an accepted object makes it a draft again.
   */
  readonly addPrompts: AddPromptsPayload;
  /** Ends the session: its data stays readable, further changes answer SESSION_CLOSED. */
  readonly closeSession: CloseSessionPayload;
  /** Says where the caller's pointer is and which object is in hand. Not stored; the latest wins. */
  readonly movePointer: MovePointerPayload;
  /** Opens a session on an image and queues the image for encoding. Watch `sessionProgress` or poll `status`. */
  readonly openSession: OpenSessionPayload;
  /**
   * What the masks would be for these prompts: nothing is stored, nothing is sent to others. A newer preview by the same
   * caller in the same session supersedes one that has not run yet, which answers SUPERSEDED.
   */
  readonly preview: PreviewPayload;
  /** Does the caller's own latest undone step again; `redone` is null where there is none. */
  readonly redo: RedoPayload;
  /** Takes the object out of the session. `undo` brings it back. */
  readonly removeObject: RemoveObjectPayload;
  /** Removes some or all prompts of an object. An object without prompts stays, without candidates. */
  readonly removePrompts: RemovePromptsPayload;
  /** Chooses among an object's candidates. The choice is what later prompts refine and what `masks` answers. */
  readonly selectCandidate: SelectCandidatePayload;
  /** Takes back the caller's own latest step; `undone` is null where there is none. */
  readonly undo: UndoPayload;
};


/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type MutationAcceptObjectArgs = {
  input: AcceptObjectInput;
};


/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type MutationAddPromptsArgs = {
  input: AddPromptsInput;
};


/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type MutationCloseSessionArgs = {
  input: CloseSessionInput;
};


/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type MutationMovePointerArgs = {
  input: MovePointerInput;
};


/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type MutationOpenSessionArgs = {
  input: OpenSessionInput;
};


/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type MutationPreviewArgs = {
  input: PreviewInput;
};


/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type MutationRedoArgs = {
  input: RedoInput;
};


/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type MutationRemoveObjectArgs = {
  input: RemoveObjectInput;
};


/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type MutationRemovePromptsArgs = {
  input: RemovePromptsInput;
};


/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type MutationSelectCandidateArgs = {
  input: SelectCandidateInput;
};


/** What can be changed. Every mutation takes one `input` and answers a payload of its own. */
export type MutationUndoArgs = {
  input: UndoInput;
};

/** Anything that can be fetched again by its id. */
export type Node = {
  /** Global: unique over all types. */
  readonly id: Scalars['ID']['output'];
};

/** Someone declared an object done. */
export type ObjectAccepted = {
  readonly __typename?: 'ObjectAccepted';
  /** The object right after it. */
  readonly object: SegmentedObject;
};

/** The mask that an object has now: its selected candidate. */
export type ObjectMask = {
  readonly __typename?: 'ObjectMask';
  /** Pixels. */
  readonly area: Scalars['Int']['output'];
  /** Null for an empty mask. */
  readonly boundingBox: Maybe<BoundingBox>;
  /** The mask itself. */
  readonly mask: Mask;
  /** Whose mask it is. */
  readonly object: SegmentedObject;
  /** As in `MaskCandidate`. */
  readonly predictedIou: Scalars['Float']['output'];
  /** As in `MaskCandidate`. */
  readonly stabilityScore: Scalars['Float']['output'];
};

/** Someone took an object out of the session. */
export type ObjectRemoved = {
  readonly __typename?: 'ObjectRemoved';
  /** Of the object. */
  readonly objectId: Scalars['ID']['output'];
};

/** Whether an object is done. */
export type ObjectStatus =
  /** Someone has declared it done. */
  | 'ACCEPTED'
  /** People are still working on it. */
  | 'DRAFT';

/** What `openSession` takes. */
export type OpenSessionInput = {
  /** 1 to 64 characters, unique per caller: the same key again answers with the first call's session. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** What to segment. */
  readonly image: ImageSource;
  /** Absent: the default model. */
  readonly modelId?: InputMaybe<Scalars['ID']['input']>;
  /** At most 200 characters. Absent: empty. */
  readonly title?: InputMaybe<Scalars['String']['input']>;
};

/** What `openSession` answers. */
export type OpenSessionPayload = {
  readonly __typename?: 'OpenSessionPayload';
  /** The session, waiting for the encoder or ready. */
  readonly session: Session;
};

/** Where a page of a list lies. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** Of the last edge: the `after` of the next page. Null on an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
  /** Whether more follow. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether the page began after a cursor. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Of the first edge; null on an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
};

/** Someone in a session. */
export type Participant = {
  readonly __typename?: 'Participant';
  /** The same on every connection of theirs. */
  readonly id: Scalars['ID']['output'];
  /** As they last called themselves. */
  readonly name: Scalars['String']['output'];
  /** Whether they have a live subscription to the session now. */
  readonly present: Scalars['Boolean']['output'];
};

/** A place on the image. */
export type Point = {
  readonly __typename?: 'Point';
  /** Pixels from the left edge of the image. */
  readonly x: Scalars['Float']['output'];
  /** Pixels from the top edge of the image. */
  readonly y: Scalars['Float']['output'];
};

/** A place on the image. */
export type PointInput = {
  /** Pixels from the left edge of the image. */
  readonly x: Scalars['Float']['input'];
  /** Pixels from the top edge of the image. */
  readonly y: Scalars['Float']['input'];
};

/** Where a click is. */
export type PointLabel =
  /** Not on the object. */
  | 'BACKGROUND'
  /** On the object. */
  | 'FOREGROUND';

/** A click. */
export type PointPrompt = Prompt & {
  readonly __typename?: 'PointPrompt';
  /** Who gave it. */
  readonly createdBy: Participant;
  /** Unique over all sessions. */
  readonly id: Scalars['ID']['output'];
  /** Whether it is on the object. */
  readonly label: PointLabel;
  /** Pixels from the left edge of the image. */
  readonly x: Scalars['Float']['output'];
  /** Pixels from the top edge of the image. */
  readonly y: Scalars['Float']['output'];
};

/** Inside the image: 0 <= x <= width, 0 <= y <= height. */
export type PointPromptInput = {
  /** Whether it is on the object. */
  readonly label?: PointLabel;
  /** Pixels from the left edge of the image. */
  readonly x: Scalars['Float']['input'];
  /** Pixels from the top edge of the image. */
  readonly y: Scalars['Float']['input'];
};

/** Who is in a session. */
export type PresenceUpdate = {
  readonly __typename?: 'PresenceUpdate';
  /** Everyone, in the order in which they came. */
  readonly participants: ReadonlyArray<PresentParticipant>;
};

/** Someone who is in the session now. */
export type PresentParticipant = {
  readonly __typename?: 'PresentParticipant';
  /** `#rrggbb`, made from the id, the same for everyone. */
  readonly color: Scalars['String']['output'];
  /** The same on every connection of theirs. */
  readonly id: Scalars['ID']['output'];
  /** To show beside the pointer. */
  readonly name: Scalars['String']['output'];
  /** The object in hand; null where there is none. */
  readonly objectId: Maybe<Scalars['ID']['output']>;
  /** Null where it is not over the image. */
  readonly pointer: Maybe<Point>;
};

/** What `preview` takes. */
export type PreviewInput = {
  /** Present: beside the prompts that the object has. */
  readonly objectId?: InputMaybe<Scalars['ID']['input']>;
  /** 1 to 64. */
  readonly prompts: ReadonlyArray<PromptInput>;
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** What `preview` answers. */
export type PreviewPayload = {
  readonly __typename?: 'PreviewPayload';
  /** Best first. */
  readonly candidates: ReadonlyArray<MaskCandidate>;
};

/** Something that a person said about an object. */
export type Prompt = {
  /** Who gave it. */
  readonly createdBy: Participant;
  /** Unique over all sessions. */
  readonly id: Scalars['ID']['output'];
};

/** One prompt. */
export type PromptInput =
  /** A rectangle around the object. */
  { readonly box: BoxPromptInput; readonly mask?: never; readonly point?: never; readonly text?: never; }
  |  /** A rough mask of the object. */
  { readonly box?: never; readonly mask: MaskPromptInput; readonly point?: never; readonly text?: never; }
  |  /** A click. */
  { readonly box?: never; readonly mask?: never; readonly point: PointPromptInput; readonly text?: never; }
  |  /** 1 to 200 characters. */
  { readonly box?: never; readonly mask?: never; readonly point?: never; readonly text: Scalars['String']['input']; };

/** What a person can say about an object. */
export type PromptKind =
  /** A rectangle around it. */
  | 'BOX'
  /** A rough mask of it. */
  | 'MASK'
  /** A click on or beside it. */
  | 'POINT'
  /** Words for it. */
  | 'TEXT';

/** Someone gave an object prompts; its first ones make it. */
export type PromptsAdded = {
  readonly __typename?: 'PromptsAdded';
  /** The object right after it. */
  readonly object: SegmentedObject;
  /** Those that were added. */
  readonly prompts: ReadonlyArray<Prompt>;
};

/** Someone took prompts away from an object. */
export type PromptsRemoved = {
  readonly __typename?: 'PromptsRemoved';
  /** The object right after it. */
  readonly object: SegmentedObject;
  /** Those that were taken away. */
  readonly promptIds: ReadonlyArray<Scalars['ID']['output']>;
};

/** What can be read. */
export type Query = {
  readonly __typename?: 'Query';
  /** An image that was uploaded; null where there is none. */
  readonly image: Maybe<Image>;
  /**
   * The masks that the session's objects have now (the selected candidate of each), oldest object first.
   * `first`: 1 to 200.
   */
  readonly masks: MaskConnection;
  /** The models that this server can run, the default one first. */
  readonly models: ReadonlyArray<Model>;
  /** Any object with a global id; null where there is none. */
  readonly node: Maybe<Node>;
  /** One session; null where there is none. */
  readonly session: Maybe<Session>;
  /** Sessions, newest first. `first`: 1 to 100. */
  readonly sessions: SessionConnection;
};


/** What can be read. */
export type QueryImageArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read. */
export type QueryMasksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MaskFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  sessionId: Scalars['ID']['input'];
};


/** What can be read. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read. */
export type QuerySessionArgs = {
  id: Scalars['ID']['input'];
};


/** What can be read. */
export type QuerySessionsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<SessionFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** What `redo` takes. */
export type RedoInput = {
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** What `redo` answers. */
export type RedoPayload = {
  readonly __typename?: 'RedoPayload';
  /** The step done again; null where there was none. */
  readonly redone: Maybe<Step>;
  /** The session right after it. */
  readonly session: Session;
};

/** What `removeObject` takes. */
export type RemoveObjectInput = {
  /** The object's revision that the client last saw; a newer one answers CONFLICT and nothing is stored. */
  readonly expectedRevision?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The object's id. */
  readonly objectId: Scalars['ID']['input'];
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** What `removeObject` answers. */
export type RemoveObjectPayload = {
  readonly __typename?: 'RemoveObjectPayload';
  /** Of the object that is gone. */
  readonly removedObjectId: Scalars['ID']['output'];
  /** The session right after it. */
  readonly session: Session;
};

/** What `removePrompts` takes. */
export type RemovePromptsInput = {
  /** The object's revision that the client last saw; a newer one answers CONFLICT and nothing is stored. */
  readonly expectedRevision?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The object's id. */
  readonly objectId: Scalars['ID']['input'];
  /** Absent: all. */
  readonly promptIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** What `removePrompts` answers. */
export type RemovePromptsPayload = {
  readonly __typename?: 'RemovePromptsPayload';
  /** The object right after it. */
  readonly object: SegmentedObject;
  /** The session right after it. */
  readonly session: Session;
};

/** Mask as run lengths, column by column, as pycocotools writes it. */
export type Rle = {
  readonly __typename?: 'Rle';
  /** COCO's compressed string. */
  readonly counts: Scalars['String']['output'];
  /** `[height, width]` */
  readonly size: ReadonlyArray<Scalars['Int']['output']>;
};

/** At the size of the upright image. */
export type RleInput = {
  /** COCO's compressed string. */
  readonly counts: Scalars['String']['input'];
  /** `[height, width]` */
  readonly size: ReadonlyArray<Scalars['Int']['input']>;
};

/** Something in the image that people segment together. */
export type SegmentedObject = Node & {
  readonly __typename?: 'SegmentedObject';
  /** Best first. Empty until the first decode has run and where there are no prompts. */
  readonly candidates: ReadonlyArray<MaskCandidate>;
  /** The object revision whose prompts `candidates` answer; null where there are none. */
  readonly candidatesRevision: Maybe<Scalars['Int']['output']>;
  /** Whose first prompt made it. */
  readonly createdBy: Participant;
  /** Why the latest prompts have no candidates; null where they have or will have. */
  readonly failure: Maybe<Failure>;
  /** Unique over all sessions. */
  readonly id: Scalars['ID']['output'];
  /** As last accepted; null before. */
  readonly label: Maybe<Scalars['String']['output']>;
  /** Oldest first. */
  readonly prompts: ReadonlyArray<Prompt>;
  /** How often people changed the object: 1 when made. Give it as `expectedRevision`. */
  readonly revision: Scalars['Int']['output'];
  /** The best one, or the one chosen by `selectCandidate`; null where there are none. */
  readonly selectedCandidate: Maybe<MaskCandidate>;
  /** Whether someone has declared it done. */
  readonly status: ObjectStatus;
};

/** What `selectCandidate` takes. */
export type SelectCandidateInput = {
  /** The object's revision that the client last saw; a newer one answers CONFLICT and nothing is stored. */
  readonly expectedRevision?: InputMaybe<Scalars['Int']['input']>;
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** Of the candidate; 0 is the best. */
  readonly index: Scalars['Int']['input'];
  /** The object's id. */
  readonly objectId: Scalars['ID']['input'];
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** What `selectCandidate` answers. */
export type SelectCandidatePayload = {
  readonly __typename?: 'SelectCandidatePayload';
  /** The object right after it. */
  readonly object: SegmentedObject;
  /** The session right after it. */
  readonly session: Session;
};

/** A shared session on one image. Its state is the fold of its log of events. */
export type Session = Node & {
  readonly __typename?: 'Session';
  /** When it was opened. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The cursor of that event: subscribe to `sessionEvents` with it and nothing is missed between query and subscription. */
  readonly cursor: Scalars['Cursor']['output'];
  /** Cannot be guessed: whoever has it can join. */
  readonly id: Scalars['ID']['output'];
  /** What is segmented. */
  readonly image: Image;
  /** What segments it. */
  readonly model: Model;
  /** One object; null where there is none or it was removed. */
  readonly object: Maybe<SegmentedObject>;
  /** The objects, oldest first, removed ones left out. */
  readonly objects: ReadonlyArray<SegmentedObject>;
  /** Everyone who has changed something in the session or is here now. */
  readonly participants: ReadonlyArray<Participant>;
  /** Progress of the encoding. */
  readonly progress: SessionProgress;
  /** Of the last event in the session's log: 1 for the first, one more for each further event. */
  readonly revision: Scalars['Int']['output'];
  /** What the session is able to do now. */
  readonly status: SessionStatus;
  /** As given to `openSession`; may be empty. */
  readonly title: Scalars['String']['output'];
};


/** A shared session on one image. Its state is the fold of its log of events. */
export type SessionObjectArgs = {
  id: Scalars['ID']['input'];
};

/** The last event of a closed session. */
export type SessionClosed = {
  readonly __typename?: 'SessionClosed';
  /** The session right after it. */
  readonly session: Session;
};

/** A page of sessions. */
export type SessionConnection = {
  readonly __typename?: 'SessionConnection';
  /** The sessions with their cursors. */
  readonly edges: ReadonlyArray<SessionEdge>;
  /** The sessions. */
  readonly nodes: ReadonlyArray<Session>;
  /** Where the page lies. */
  readonly pageInfo: PageInfo;
  /** Of all that the filter lets through, on every page. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A session in a list. */
export type SessionEdge = {
  readonly __typename?: 'SessionEdge';
  /** Its place in the list. */
  readonly cursor: Scalars['String']['output'];
  /** The session. */
  readonly node: Session;
};

/** Sessions and objects within an event are as they were right after it. */
export type SessionEvent = CandidateSelected | CandidatesProduced | DecodeFailed | EncodingStarted | ObjectAccepted | ObjectRemoved | PromptsAdded | PromptsRemoved | SessionClosed | SessionFailed | SessionOpened | SessionReady | StepRedone | StepUndone;

/** One entry of a session's log. */
export type SessionEventEntry = {
  readonly __typename?: 'SessionEventEntry';
  /** Who did it; null where the server did. */
  readonly actor: Maybe<Participant>;
  /** When it was stored. */
  readonly at: Scalars['DateTime']['output'];
  /** Resume `sessionEvents` after it. */
  readonly cursor: Scalars['Cursor']['output'];
  /** What happened. */
  readonly event: SessionEvent;
  /** The session's, with this event: one more than the entry before. */
  readonly revision: Scalars['Int']['output'];
};

/** The image could not be encoded. */
export type SessionFailed = {
  readonly __typename?: 'SessionFailed';
  /** Why. */
  readonly failure: Failure;
  /** The session right after it. */
  readonly session: Session;
};

/** Which sessions a list shows: those that satisfy every condition given. */
export type SessionFilter = {
  /** Any of these. */
  readonly status?: InputMaybe<ReadonlyArray<SessionStatus>>;
  /** At most 200 characters, case-insensitive. */
  readonly titleContains?: InputMaybe<Scalars['String']['input']>;
};

/** The first event of every session. */
export type SessionOpened = {
  readonly __typename?: 'SessionOpened';
  /** The session right after it. */
  readonly session: Session;
};

/** How far the encoding of an image is. */
export type SessionProgress = {
  readonly __typename?: 'SessionProgress';
  /** Seconds since the encoding began; null unless ENCODING. */
  readonly encodingSeconds: Maybe<Scalars['Float']['output']>;
  /** Null unless FAILED. */
  readonly failure: Maybe<Failure>;
  /**
   * What the session's model is waiting for before it can run, on its first use or on use after it left memory; null where
   * it is in memory or nothing needs it. Prompts are taken meanwhile and answered after it.
   */
  readonly modelLoading: Maybe<ModelLoading>;
  /** How many images are encoded before this one; null unless QUEUED. */
  readonly queuePosition: Maybe<Scalars['Int']['output']>;
  /** The session's. */
  readonly status: SessionStatus;
};

/** The image is encoded: prompts are answered from now on. */
export type SessionReady = {
  readonly __typename?: 'SessionReady';
  /** The session right after it. */
  readonly session: Session;
};

/** What a session is able to do. */
export type SessionStatus =
  /** Closed by `closeSession`: readable, unchangeable. */
  | 'CLOSED'
  /** The image is being encoded. */
  | 'ENCODING'
  /** The image could not be encoded; `progress.failure` says why. */
  | 'FAILED'
  /** Waits for the encoder, or for the model to be loaded. */
  | 'QUEUED'
  /** Prompts are decoded. */
  | 'READY';

/** Something that a person did to an object and can undo. */
export type Step = {
  readonly __typename?: 'Step';
  /** When it was first done. */
  readonly at: Scalars['DateTime']['output'];
  /** Unique over all sessions. */
  readonly id: Scalars['ID']['output'];
  /** What was done. */
  readonly kind: StepKind;
  /** To which object. */
  readonly objectId: Scalars['ID']['output'];
};

/** The kinds of steps. */
export type StepKind =
  /** `acceptObject` */
  | 'ACCEPT_OBJECT'
  /** `addPrompts` */
  | 'ADD_PROMPTS'
  /** `removeObject` */
  | 'REMOVE_OBJECT'
  /** `removePrompts` */
  | 'REMOVE_PROMPTS'
  /** `selectCandidate` */
  | 'SELECT_CANDIDATE';

/** Someone did an undone step of theirs again. */
export type StepRedone = {
  readonly __typename?: 'StepRedone';
  /** The object after the redo; null where it is gone with it. */
  readonly object: Maybe<SegmentedObject>;
  /** The one done again. */
  readonly step: Step;
};

/** Someone took back a step of theirs. */
export type StepUndone = {
  readonly __typename?: 'StepUndone';
  /** The object after the undo; null where it is gone with it. */
  readonly object: Maybe<SegmentedObject>;
  /** The one taken back. */
  readonly step: Step;
};

/** What can be followed, over WebSocket alone. Each also shows its caller as present in the session. */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /**
   * What a renderer needs: the current candidates of each object as they change, starting with those that stand now. A
   * slow reader may miss superseded ones, never the latest. Completes when the session is closed.
   */
  readonly maskUpdates: MaskUpdate;
  /** Who is here, where each points and which object each has in hand; the whole list at every change. */
  readonly presence: PresenceUpdate;
  /**
   * Every durable change of the session, in order, each exactly once. `after`: the cursor of the last event that the
   * client holds; absent: from now on; `"0"`: from the beginning. Completes after `SessionClosed`.
   */
  readonly sessionEvents: SessionEventEntry;
  /**
   * How far the encoding of the session's image is, as it changes, starting with what holds now. Completes when it ends.
   * `follow`: goes on after that, until the session is closed, because its model may leave memory and be loaded again.
   */
  readonly sessionProgress: SessionProgress;
};


/** What can be followed, over WebSocket alone. Each also shows its caller as present in the session. */
export type SubscriptionMaskUpdatesArgs = {
  objectId?: InputMaybe<Scalars['ID']['input']>;
  sessionId: Scalars['ID']['input'];
};


/** What can be followed, over WebSocket alone. Each also shows its caller as present in the session. */
export type SubscriptionPresenceArgs = {
  sessionId: Scalars['ID']['input'];
};


/** What can be followed, over WebSocket alone. Each also shows its caller as present in the session. */
export type SubscriptionSessionEventsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  sessionId: Scalars['ID']['input'];
};


/** What can be followed, over WebSocket alone. Each also shows its caller as present in the session. */
export type SubscriptionSessionProgressArgs = {
  follow?: Scalars['Boolean']['input'];
  sessionId: Scalars['ID']['input'];
};

/** Words for the object. */
export type TextPrompt = Prompt & {
  readonly __typename?: 'TextPrompt';
  /** Who gave it. */
  readonly createdBy: Participant;
  /** Unique over all sessions. */
  readonly id: Scalars['ID']['output'];
  /** As given. */
  readonly text: Scalars['String']['output'];
};

/** What `undo` takes. */
export type UndoInput = {
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** What `undo` answers. */
export type UndoPayload = {
  readonly __typename?: 'UndoPayload';
  /** The session right after it. */
  readonly session: Session;
  /** The step taken back; null where there was none. */
  readonly undone: Maybe<Step>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;




/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( StoredImage )
    | ( ModelDescriptor )
    | ( ObjectView )
    | ( SessionState )
  ;
  Prompt:
    | ( BoxPromptView )
    | ( MaskPromptView )
    | ( PointPromptView )
    | ( TextPromptView )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AcceptObjectInput: AcceptObjectInput;
  AcceptObjectPayload: ResolverTypeWrapper<Omit<AcceptObjectPayload, 'object' | 'session'> & { object: ResolversTypes['SegmentedObject'], session: ResolversTypes['Session'] }>;
  AddPromptsInput: AddPromptsInput;
  AddPromptsPayload: ResolverTypeWrapper<Omit<AddPromptsPayload, 'object' | 'session'> & { object: ResolversTypes['SegmentedObject'], session: ResolversTypes['Session'] }>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  BoundingBox: ResolverTypeWrapper<BoundingBox>;
  BoxPrompt: ResolverTypeWrapper<BoxPromptView>;
  BoxPromptInput: BoxPromptInput;
  CandidateRefInput: CandidateRefInput;
  CandidateSelected: ResolverTypeWrapper<EventView<'CandidateSelected'>>;
  CandidatesProduced: ResolverTypeWrapper<EventView<'CandidatesProduced'>>;
  CloseSessionInput: CloseSessionInput;
  CloseSessionPayload: ResolverTypeWrapper<Omit<CloseSessionPayload, 'session'> & { session: ResolversTypes['Session'] }>;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DecodeFailed: ResolverTypeWrapper<EventView<'DecodeFailed'>>;
  EncodingStarted: ResolverTypeWrapper<EventView<'EncodingStarted'>>;
  ErrorCode: ErrorCode;
  Failure: ResolverTypeWrapper<Failure>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Image: ResolverTypeWrapper<StoredImage>;
  ImageSource: ImageSource;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Mask: ResolverTypeWrapper<MaskView>;
  MaskCandidate: ResolverTypeWrapper<CandidateView>;
  MaskConnection: ResolverTypeWrapper<Omit<MaskConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['MaskEdge']>, nodes: ReadonlyArray<ResolversTypes['ObjectMask']> }>;
  MaskEdge: ResolverTypeWrapper<Omit<MaskEdge, 'node'> & { node: ResolversTypes['ObjectMask'] }>;
  MaskFilter: MaskFilter;
  MaskPrompt: ResolverTypeWrapper<MaskPromptView>;
  MaskPromptInput: MaskPromptInput;
  MaskUpdate: ResolverTypeWrapper<MaskUpdateView>;
  Model: ResolverTypeWrapper<ModelDescriptor>;
  ModelLoading: ResolverTypeWrapper<ModelLoading>;
  ModelLoadingStage: ModelLoadingStage;
  MovePointerInput: MovePointerInput;
  MovePointerPayload: ResolverTypeWrapper<MovePointerPayload>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  ObjectAccepted: ResolverTypeWrapper<EventView<'ObjectAccepted'>>;
  ObjectMask: ResolverTypeWrapper<ObjectMaskView>;
  ObjectRemoved: ResolverTypeWrapper<EventView<'ObjectRemoved'>>;
  ObjectStatus: ObjectStatus;
  OpenSessionInput: OpenSessionInput;
  OpenSessionPayload: ResolverTypeWrapper<Omit<OpenSessionPayload, 'session'> & { session: ResolversTypes['Session'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Participant: ResolverTypeWrapper<ParticipantView>;
  Point: ResolverTypeWrapper<Point>;
  PointInput: PointInput;
  PointLabel: PointLabel;
  PointPrompt: ResolverTypeWrapper<PointPromptView>;
  PointPromptInput: PointPromptInput;
  PresenceUpdate: ResolverTypeWrapper<PresenceUpdate>;
  PresentParticipant: ResolverTypeWrapper<PresentParticipant>;
  PreviewInput: PreviewInput;
  PreviewPayload: ResolverTypeWrapper<Omit<PreviewPayload, 'candidates'> & { candidates: ReadonlyArray<ResolversTypes['MaskCandidate']> }>;
  Prompt: ResolverTypeWrapper<PromptView>;
  PromptInput: PromptInput;
  PromptKind: PromptKind;
  PromptsAdded: ResolverTypeWrapper<EventView<'PromptsAdded'>>;
  PromptsRemoved: ResolverTypeWrapper<EventView<'PromptsRemoved'>>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RedoInput: RedoInput;
  RedoPayload: ResolverTypeWrapper<Omit<RedoPayload, 'session'> & { session: ResolversTypes['Session'] }>;
  RemoveObjectInput: RemoveObjectInput;
  RemoveObjectPayload: ResolverTypeWrapper<Omit<RemoveObjectPayload, 'session'> & { session: ResolversTypes['Session'] }>;
  RemovePromptsInput: RemovePromptsInput;
  RemovePromptsPayload: ResolverTypeWrapper<Omit<RemovePromptsPayload, 'object' | 'session'> & { object: ResolversTypes['SegmentedObject'], session: ResolversTypes['Session'] }>;
  Rle: ResolverTypeWrapper<Rle>;
  RleInput: RleInput;
  SegmentedObject: ResolverTypeWrapper<ObjectView>;
  SelectCandidateInput: SelectCandidateInput;
  SelectCandidatePayload: ResolverTypeWrapper<Omit<SelectCandidatePayload, 'object' | 'session'> & { object: ResolversTypes['SegmentedObject'], session: ResolversTypes['Session'] }>;
  Session: ResolverTypeWrapper<SessionState>;
  SessionClosed: ResolverTypeWrapper<EventView<'SessionClosed'>>;
  SessionConnection: ResolverTypeWrapper<Omit<SessionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversTypes['SessionEdge']>, nodes: ReadonlyArray<ResolversTypes['Session']> }>;
  SessionEdge: ResolverTypeWrapper<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  SessionEvent: ResolverTypeWrapper<Moment>;
  SessionEventEntry: ResolverTypeWrapper<Moment>;
  SessionFailed: ResolverTypeWrapper<EventView<'SessionFailed'>>;
  SessionFilter: SessionFilter;
  SessionOpened: ResolverTypeWrapper<EventView<'SessionOpened'>>;
  SessionProgress: ResolverTypeWrapper<SessionProgress>;
  SessionReady: ResolverTypeWrapper<EventView<'SessionReady'>>;
  SessionStatus: SessionStatus;
  Step: ResolverTypeWrapper<Step>;
  StepKind: StepKind;
  StepRedone: ResolverTypeWrapper<EventView<'StepRedone'>>;
  StepUndone: ResolverTypeWrapper<EventView<'StepUndone'>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TextPrompt: ResolverTypeWrapper<TextPromptView>;
  UndoInput: UndoInput;
  UndoPayload: ResolverTypeWrapper<Omit<UndoPayload, 'session'> & { session: ResolversTypes['Session'] }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AcceptObjectInput: AcceptObjectInput;
  AcceptObjectPayload: Omit<AcceptObjectPayload, 'object' | 'session'> & { object: ResolversParentTypes['SegmentedObject'], session: ResolversParentTypes['Session'] };
  AddPromptsInput: AddPromptsInput;
  AddPromptsPayload: Omit<AddPromptsPayload, 'object' | 'session'> & { object: ResolversParentTypes['SegmentedObject'], session: ResolversParentTypes['Session'] };
  Boolean: Scalars['Boolean']['output'];
  BoundingBox: BoundingBox;
  BoxPrompt: BoxPromptView;
  BoxPromptInput: BoxPromptInput;
  CandidateRefInput: CandidateRefInput;
  CandidateSelected: EventView<'CandidateSelected'>;
  CandidatesProduced: EventView<'CandidatesProduced'>;
  CloseSessionInput: CloseSessionInput;
  CloseSessionPayload: Omit<CloseSessionPayload, 'session'> & { session: ResolversParentTypes['Session'] };
  Cursor: Scalars['Cursor']['output'];
  DateTime: Scalars['DateTime']['output'];
  DecodeFailed: EventView<'DecodeFailed'>;
  EncodingStarted: EventView<'EncodingStarted'>;
  Failure: Failure;
  Float: Scalars['Float']['output'];
  ID: Scalars['ID']['output'];
  Image: StoredImage;
  ImageSource: ImageSource;
  Int: Scalars['Int']['output'];
  Mask: MaskView;
  MaskCandidate: CandidateView;
  MaskConnection: Omit<MaskConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['MaskEdge']>, nodes: ReadonlyArray<ResolversParentTypes['ObjectMask']> };
  MaskEdge: Omit<MaskEdge, 'node'> & { node: ResolversParentTypes['ObjectMask'] };
  MaskFilter: MaskFilter;
  MaskPrompt: MaskPromptView;
  MaskPromptInput: MaskPromptInput;
  MaskUpdate: MaskUpdateView;
  Model: ModelDescriptor;
  ModelLoading: ModelLoading;
  MovePointerInput: MovePointerInput;
  MovePointerPayload: MovePointerPayload;
  Mutation: Record<PropertyKey, never>;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  ObjectAccepted: EventView<'ObjectAccepted'>;
  ObjectMask: ObjectMaskView;
  ObjectRemoved: EventView<'ObjectRemoved'>;
  OpenSessionInput: OpenSessionInput;
  OpenSessionPayload: Omit<OpenSessionPayload, 'session'> & { session: ResolversParentTypes['Session'] };
  PageInfo: PageInfo;
  Participant: ParticipantView;
  Point: Point;
  PointInput: PointInput;
  PointPrompt: PointPromptView;
  PointPromptInput: PointPromptInput;
  PresenceUpdate: PresenceUpdate;
  PresentParticipant: PresentParticipant;
  PreviewInput: PreviewInput;
  PreviewPayload: Omit<PreviewPayload, 'candidates'> & { candidates: ReadonlyArray<ResolversParentTypes['MaskCandidate']> };
  Prompt: PromptView;
  PromptInput: PromptInput;
  PromptsAdded: EventView<'PromptsAdded'>;
  PromptsRemoved: EventView<'PromptsRemoved'>;
  Query: Record<PropertyKey, never>;
  RedoInput: RedoInput;
  RedoPayload: Omit<RedoPayload, 'session'> & { session: ResolversParentTypes['Session'] };
  RemoveObjectInput: RemoveObjectInput;
  RemoveObjectPayload: Omit<RemoveObjectPayload, 'session'> & { session: ResolversParentTypes['Session'] };
  RemovePromptsInput: RemovePromptsInput;
  RemovePromptsPayload: Omit<RemovePromptsPayload, 'object' | 'session'> & { object: ResolversParentTypes['SegmentedObject'], session: ResolversParentTypes['Session'] };
  Rle: Rle;
  RleInput: RleInput;
  SegmentedObject: ObjectView;
  SelectCandidateInput: SelectCandidateInput;
  SelectCandidatePayload: Omit<SelectCandidatePayload, 'object' | 'session'> & { object: ResolversParentTypes['SegmentedObject'], session: ResolversParentTypes['Session'] };
  Session: SessionState;
  SessionClosed: EventView<'SessionClosed'>;
  SessionConnection: Omit<SessionConnection, 'edges' | 'nodes'> & { edges: ReadonlyArray<ResolversParentTypes['SessionEdge']>, nodes: ReadonlyArray<ResolversParentTypes['Session']> };
  SessionEdge: Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  SessionEvent: Moment;
  SessionEventEntry: Moment;
  SessionFailed: EventView<'SessionFailed'>;
  SessionFilter: SessionFilter;
  SessionOpened: EventView<'SessionOpened'>;
  SessionProgress: SessionProgress;
  SessionReady: EventView<'SessionReady'>;
  Step: Step;
  StepRedone: EventView<'StepRedone'>;
  StepUndone: EventView<'StepUndone'>;
  String: Scalars['String']['output'];
  Subscription: Record<PropertyKey, never>;
  TextPrompt: TextPromptView;
  UndoInput: UndoInput;
  UndoPayload: Omit<UndoPayload, 'session'> & { session: ResolversParentTypes['Session'] };
};

export type AcceptObjectPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AcceptObjectPayload'] = ResolversParentTypes['AcceptObjectPayload']> = {
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type AddPromptsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AddPromptsPayload'] = ResolversParentTypes['AddPromptsPayload']> = {
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type BoundingBoxResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BoundingBox'] = ResolversParentTypes['BoundingBox']> = {
  height?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  width?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  x?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  y?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type BoxPromptResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BoxPrompt'] = ResolversParentTypes['BoxPrompt']> = {
  createdBy?: Resolver<ResolversTypes['Participant'], ParentType, ContextType>;
  height?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  width?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  x?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  y?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CandidateSelectedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CandidateSelected'] = ResolversParentTypes['CandidateSelected']> = {
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CandidatesProducedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CandidatesProduced'] = ResolversParentTypes['CandidatesProduced']> = {
  candidates?: Resolver<ReadonlyArray<ResolversTypes['MaskCandidate']>, ParentType, ContextType>;
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CloseSessionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CloseSessionPayload'] = ResolversParentTypes['CloseSessionPayload']> = {
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DecodeFailedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DecodeFailed'] = ResolversParentTypes['DecodeFailed']> = {
  failure?: Resolver<ResolversTypes['Failure'], ParentType, ContextType>;
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EncodingStartedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EncodingStarted'] = ResolversParentTypes['EncodingStarted']> = {
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Failure'] = ResolversParentTypes['Failure']> = {
  code?: Resolver<ResolversTypes['ErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ImageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Image'] = ResolversParentTypes['Image']> = {
  height?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  thumbnailUrl?: Resolver<ResolversTypes['String'], ParentType, ContextType, RequireFields<ImageThumbnailUrlArgs, 'longestSide'>>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  width?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MaskResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mask'] = ResolversParentTypes['Mask']> = {
  png?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  polygons?: Resolver<ReadonlyArray<ReadonlyArray<ResolversTypes['Float']>>, ParentType, ContextType, RequireFields<MaskPolygonsArgs, 'tolerance'>>;
  rle?: Resolver<ResolversTypes['Rle'], ParentType, ContextType>;
  svgPath?: Resolver<ResolversTypes['String'], ParentType, ContextType, RequireFields<MaskSvgPathArgs, 'tolerance'>>;
};

export type MaskCandidateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MaskCandidate'] = ResolversParentTypes['MaskCandidate']> = {
  area?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  boundingBox?: Resolver<Maybe<ResolversTypes['BoundingBox']>, ParentType, ContextType>;
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mask?: Resolver<ResolversTypes['Mask'], ParentType, ContextType>;
  predictedIou?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  stabilityScore?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type MaskConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MaskConnection'] = ResolversParentTypes['MaskConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['MaskEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ObjectMask']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MaskEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MaskEdge'] = ResolversParentTypes['MaskEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ObjectMask'], ParentType, ContextType>;
};

export type MaskPromptResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MaskPrompt'] = ResolversParentTypes['MaskPrompt']> = {
  createdBy?: Resolver<ResolversTypes['Participant'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  rle?: Resolver<ResolversTypes['Rle'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MaskUpdateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MaskUpdate'] = ResolversParentTypes['MaskUpdate']> = {
  candidates?: Resolver<ReadonlyArray<ResolversTypes['MaskCandidate']>, ParentType, ContextType>;
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  removed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ModelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Model'] = ResolversParentTypes['Model']> = {
  backgroundClicks?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  inputLongestSide?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  isDefault?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  license?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  maxPoints?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  promptKinds?: Resolver<ReadonlyArray<ResolversTypes['PromptKind']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ModelLoadingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ModelLoading'] = ResolversParentTypes['ModelLoading']> = {
  seconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  stage?: Resolver<ResolversTypes['ModelLoadingStage'], ParentType, ContextType>;
};

export type MovePointerPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MovePointerPayload'] = ResolversParentTypes['MovePointerPayload']> = {
  ok?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  acceptObject?: Resolver<ResolversTypes['AcceptObjectPayload'], ParentType, ContextType, RequireFields<MutationAcceptObjectArgs, 'input'>>;
  addPrompts?: Resolver<ResolversTypes['AddPromptsPayload'], ParentType, ContextType, RequireFields<MutationAddPromptsArgs, 'input'>>;
  closeSession?: Resolver<ResolversTypes['CloseSessionPayload'], ParentType, ContextType, RequireFields<MutationCloseSessionArgs, 'input'>>;
  movePointer?: Resolver<ResolversTypes['MovePointerPayload'], ParentType, ContextType, RequireFields<MutationMovePointerArgs, 'input'>>;
  openSession?: Resolver<ResolversTypes['OpenSessionPayload'], ParentType, ContextType, RequireFields<MutationOpenSessionArgs, 'input'>>;
  preview?: Resolver<ResolversTypes['PreviewPayload'], ParentType, ContextType, RequireFields<MutationPreviewArgs, 'input'>>;
  redo?: Resolver<ResolversTypes['RedoPayload'], ParentType, ContextType, RequireFields<MutationRedoArgs, 'input'>>;
  removeObject?: Resolver<ResolversTypes['RemoveObjectPayload'], ParentType, ContextType, RequireFields<MutationRemoveObjectArgs, 'input'>>;
  removePrompts?: Resolver<ResolversTypes['RemovePromptsPayload'], ParentType, ContextType, RequireFields<MutationRemovePromptsArgs, 'input'>>;
  selectCandidate?: Resolver<ResolversTypes['SelectCandidatePayload'], ParentType, ContextType, RequireFields<MutationSelectCandidateArgs, 'input'>>;
  undo?: Resolver<ResolversTypes['UndoPayload'], ParentType, ContextType, RequireFields<MutationUndoArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Image' | 'Model' | 'SegmentedObject' | 'Session', ParentType, ContextType>;
};

export type ObjectAcceptedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObjectAccepted'] = ResolversParentTypes['ObjectAccepted']> = {
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ObjectMaskResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObjectMask'] = ResolversParentTypes['ObjectMask']> = {
  area?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  boundingBox?: Resolver<Maybe<ResolversTypes['BoundingBox']>, ParentType, ContextType>;
  mask?: Resolver<ResolversTypes['Mask'], ParentType, ContextType>;
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  predictedIou?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  stabilityScore?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ObjectRemovedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ObjectRemoved'] = ResolversParentTypes['ObjectRemoved']> = {
  objectId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type OpenSessionPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['OpenSessionPayload'] = ResolversParentTypes['OpenSessionPayload']> = {
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ParticipantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Participant'] = ResolversParentTypes['Participant']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  present?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type PointResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Point'] = ResolversParentTypes['Point']> = {
  x?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  y?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type PointPromptResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PointPrompt'] = ResolversParentTypes['PointPrompt']> = {
  createdBy?: Resolver<ResolversTypes['Participant'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  label?: Resolver<ResolversTypes['PointLabel'], ParentType, ContextType>;
  x?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  y?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PresenceUpdateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PresenceUpdate'] = ResolversParentTypes['PresenceUpdate']> = {
  participants?: Resolver<ReadonlyArray<ResolversTypes['PresentParticipant']>, ParentType, ContextType>;
};

export type PresentParticipantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PresentParticipant'] = ResolversParentTypes['PresentParticipant']> = {
  color?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  objectId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  pointer?: Resolver<Maybe<ResolversTypes['Point']>, ParentType, ContextType>;
};

export type PreviewPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PreviewPayload'] = ResolversParentTypes['PreviewPayload']> = {
  candidates?: Resolver<ReadonlyArray<ResolversTypes['MaskCandidate']>, ParentType, ContextType>;
};

export type PromptResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Prompt'] = ResolversParentTypes['Prompt']> = {
  __resolveType: TypeResolveFn<'BoxPrompt' | 'MaskPrompt' | 'PointPrompt' | 'TextPrompt', ParentType, ContextType>;
};

export type PromptsAddedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PromptsAdded'] = ResolversParentTypes['PromptsAdded']> = {
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  prompts?: Resolver<ReadonlyArray<ResolversTypes['Prompt']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type PromptsRemovedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PromptsRemoved'] = ResolversParentTypes['PromptsRemoved']> = {
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  promptIds?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  image?: Resolver<Maybe<ResolversTypes['Image']>, ParentType, ContextType, RequireFields<QueryImageArgs, 'id'>>;
  masks?: Resolver<ResolversTypes['MaskConnection'], ParentType, ContextType, RequireFields<QueryMasksArgs, 'first' | 'sessionId'>>;
  models?: Resolver<ReadonlyArray<ResolversTypes['Model']>, ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  session?: Resolver<Maybe<ResolversTypes['Session']>, ParentType, ContextType, RequireFields<QuerySessionArgs, 'id'>>;
  sessions?: Resolver<ResolversTypes['SessionConnection'], ParentType, ContextType, RequireFields<QuerySessionsArgs, 'first'>>;
};

export type RedoPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RedoPayload'] = ResolversParentTypes['RedoPayload']> = {
  redone?: Resolver<Maybe<ResolversTypes['Step']>, ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type RemoveObjectPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RemoveObjectPayload'] = ResolversParentTypes['RemoveObjectPayload']> = {
  removedObjectId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type RemovePromptsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RemovePromptsPayload'] = ResolversParentTypes['RemovePromptsPayload']> = {
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type RleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Rle'] = ResolversParentTypes['Rle']> = {
  counts?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  size?: Resolver<ReadonlyArray<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type SegmentedObjectResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SegmentedObject'] = ResolversParentTypes['SegmentedObject']> = {
  candidates?: Resolver<ReadonlyArray<ResolversTypes['MaskCandidate']>, ParentType, ContextType>;
  candidatesRevision?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  createdBy?: Resolver<ResolversTypes['Participant'], ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['Failure']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  label?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  prompts?: Resolver<ReadonlyArray<ResolversTypes['Prompt']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  selectedCandidate?: Resolver<Maybe<ResolversTypes['MaskCandidate']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['ObjectStatus'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SelectCandidatePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SelectCandidatePayload'] = ResolversParentTypes['SelectCandidatePayload']> = {
  object?: Resolver<ResolversTypes['SegmentedObject'], ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type SessionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  image?: Resolver<ResolversTypes['Image'], ParentType, ContextType>;
  model?: Resolver<ResolversTypes['Model'], ParentType, ContextType>;
  object?: Resolver<Maybe<ResolversTypes['SegmentedObject']>, ParentType, ContextType, RequireFields<SessionObjectArgs, 'id'>>;
  objects?: Resolver<ReadonlyArray<ResolversTypes['SegmentedObject']>, ParentType, ContextType>;
  participants?: Resolver<ReadonlyArray<ResolversTypes['Participant']>, ParentType, ContextType>;
  progress?: Resolver<ResolversTypes['SessionProgress'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SessionStatus'], ParentType, ContextType>;
  title?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SessionClosedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionClosed'] = ResolversParentTypes['SessionClosed']> = {
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Session']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
};

export type SessionEventResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionEvent'] = ResolversParentTypes['SessionEvent']> = {
  __resolveType: TypeResolveFn<'CandidateSelected' | 'CandidatesProduced' | 'DecodeFailed' | 'EncodingStarted' | 'ObjectAccepted' | 'ObjectRemoved' | 'PromptsAdded' | 'PromptsRemoved' | 'SessionClosed' | 'SessionFailed' | 'SessionOpened' | 'SessionReady' | 'StepRedone' | 'StepUndone', ParentType, ContextType>;
};

export type SessionEventEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionEventEntry'] = ResolversParentTypes['SessionEventEntry']> = {
  actor?: Resolver<Maybe<ResolversTypes['Participant']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['SessionEvent'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SessionFailedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionFailed'] = ResolversParentTypes['SessionFailed']> = {
  failure?: Resolver<ResolversTypes['Failure'], ParentType, ContextType>;
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SessionOpenedResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionOpened'] = ResolversParentTypes['SessionOpened']> = {
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SessionProgressResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionProgress'] = ResolversParentTypes['SessionProgress']> = {
  encodingSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  failure?: Resolver<Maybe<ResolversTypes['Failure']>, ParentType, ContextType>;
  modelLoading?: Resolver<Maybe<ResolversTypes['ModelLoading']>, ParentType, ContextType>;
  queuePosition?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['SessionStatus'], ParentType, ContextType>;
};

export type SessionReadyResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SessionReady'] = ResolversParentTypes['SessionReady']> = {
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StepResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Step'] = ResolversParentTypes['Step']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['StepKind'], ParentType, ContextType>;
  objectId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type StepRedoneResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StepRedone'] = ResolversParentTypes['StepRedone']> = {
  object?: Resolver<Maybe<ResolversTypes['SegmentedObject']>, ParentType, ContextType>;
  step?: Resolver<ResolversTypes['Step'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type StepUndoneResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StepUndone'] = ResolversParentTypes['StepUndone']> = {
  object?: Resolver<Maybe<ResolversTypes['SegmentedObject']>, ParentType, ContextType>;
  step?: Resolver<ResolversTypes['Step'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  maskUpdates?: SubscriptionResolver<ResolversTypes['MaskUpdate'], "maskUpdates", ParentType, ContextType, RequireFields<SubscriptionMaskUpdatesArgs, 'sessionId'>>;
  presence?: SubscriptionResolver<ResolversTypes['PresenceUpdate'], "presence", ParentType, ContextType, RequireFields<SubscriptionPresenceArgs, 'sessionId'>>;
  sessionEvents?: SubscriptionResolver<ResolversTypes['SessionEventEntry'], "sessionEvents", ParentType, ContextType, RequireFields<SubscriptionSessionEventsArgs, 'sessionId'>>;
  sessionProgress?: SubscriptionResolver<ResolversTypes['SessionProgress'], "sessionProgress", ParentType, ContextType, RequireFields<SubscriptionSessionProgressArgs, 'follow' | 'sessionId'>>;
};

export type TextPromptResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TextPrompt'] = ResolversParentTypes['TextPrompt']> = {
  createdBy?: Resolver<ResolversTypes['Participant'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type UndoPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UndoPayload'] = ResolversParentTypes['UndoPayload']> = {
  session?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
  undone?: Resolver<Maybe<ResolversTypes['Step']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  AcceptObjectPayload?: AcceptObjectPayloadResolvers<ContextType>;
  AddPromptsPayload?: AddPromptsPayloadResolvers<ContextType>;
  BoundingBox?: BoundingBoxResolvers<ContextType>;
  BoxPrompt?: BoxPromptResolvers<ContextType>;
  CandidateSelected?: CandidateSelectedResolvers<ContextType>;
  CandidatesProduced?: CandidatesProducedResolvers<ContextType>;
  CloseSessionPayload?: CloseSessionPayloadResolvers<ContextType>;
  Cursor?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  DecodeFailed?: DecodeFailedResolvers<ContextType>;
  EncodingStarted?: EncodingStartedResolvers<ContextType>;
  Failure?: FailureResolvers<ContextType>;
  Image?: ImageResolvers<ContextType>;
  Mask?: MaskResolvers<ContextType>;
  MaskCandidate?: MaskCandidateResolvers<ContextType>;
  MaskConnection?: MaskConnectionResolvers<ContextType>;
  MaskEdge?: MaskEdgeResolvers<ContextType>;
  MaskPrompt?: MaskPromptResolvers<ContextType>;
  MaskUpdate?: MaskUpdateResolvers<ContextType>;
  Model?: ModelResolvers<ContextType>;
  ModelLoading?: ModelLoadingResolvers<ContextType>;
  MovePointerPayload?: MovePointerPayloadResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  ObjectAccepted?: ObjectAcceptedResolvers<ContextType>;
  ObjectMask?: ObjectMaskResolvers<ContextType>;
  ObjectRemoved?: ObjectRemovedResolvers<ContextType>;
  OpenSessionPayload?: OpenSessionPayloadResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Participant?: ParticipantResolvers<ContextType>;
  Point?: PointResolvers<ContextType>;
  PointPrompt?: PointPromptResolvers<ContextType>;
  PresenceUpdate?: PresenceUpdateResolvers<ContextType>;
  PresentParticipant?: PresentParticipantResolvers<ContextType>;
  PreviewPayload?: PreviewPayloadResolvers<ContextType>;
  Prompt?: PromptResolvers<ContextType>;
  PromptsAdded?: PromptsAddedResolvers<ContextType>;
  PromptsRemoved?: PromptsRemovedResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RedoPayload?: RedoPayloadResolvers<ContextType>;
  RemoveObjectPayload?: RemoveObjectPayloadResolvers<ContextType>;
  RemovePromptsPayload?: RemovePromptsPayloadResolvers<ContextType>;
  Rle?: RleResolvers<ContextType>;
  SegmentedObject?: SegmentedObjectResolvers<ContextType>;
  SelectCandidatePayload?: SelectCandidatePayloadResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionClosed?: SessionClosedResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  SessionEvent?: SessionEventResolvers<ContextType>;
  SessionEventEntry?: SessionEventEntryResolvers<ContextType>;
  SessionFailed?: SessionFailedResolvers<ContextType>;
  SessionOpened?: SessionOpenedResolvers<ContextType>;
  SessionProgress?: SessionProgressResolvers<ContextType>;
  SessionReady?: SessionReadyResolvers<ContextType>;
  Step?: StepResolvers<ContextType>;
  StepRedone?: StepRedoneResolvers<ContextType>;
  StepUndone?: StepUndoneResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TextPrompt?: TextPromptResolvers<ContextType>;
  UndoPayload?: UndoPayloadResolvers<ContextType>;
};

