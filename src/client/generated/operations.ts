/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What `acceptObject` takes. */
export type AcceptObjectInput = {
  /** The object's revision that the client last saw; a newer one answers CONFLICT and nothing is stored. */
  readonly expectedRevision?: number | null | undefined;
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: string | null | undefined;
  /** 1 to 200 characters. Absent: the label that it has. */
  readonly label?: string | null | undefined;
  /** The object's id. */
  readonly objectId: string;
  /** The session's id. */
  readonly sessionId: string;
};

/** What `addPrompts` takes. */
export type AddPromptsInput = {
  /** The object's revision that the client last saw; a newer one answers CONFLICT and nothing is stored. */
  readonly expectedRevision?: number | null | undefined;
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result and stores nothing. */
  readonly idempotencyKey?: string | null | undefined;
  /** Absent: a new object. */
  readonly objectId?: string | null | undefined;
  /** 1 to 64. */
  readonly prompts: ReadonlyArray<PromptInput>;
  /** The session's id. */
  readonly sessionId: string;
};

/** Positive size, inside the image. An object has one at most: a new one takes the place of the old one. */
export type BoxPromptInput = {
  /** Pixels. */
  readonly height: number;
  /** Pixels. */
  readonly width: number;
  /** Pixels from the left edge of the image. */
  readonly x: number;
  /** Pixels from the top edge of the image. */
  readonly y: number;
};

/** A candidate that an object of the same session has now. */
export type CandidateRefInput = {
  /** Its place in the list. */
  readonly index: number;
  /** Whose candidate. */
  readonly objectId: string;
};

/** What `closeSession` takes. */
export type CloseSessionInput = {
  /** The session's id. */
  readonly sessionId: string;
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

/** Where the image comes from. */
export type ImageSource =
  {   /** The file's bytes, for small images only; larger ones answer TOO_LARGE: use `PUT /images`. */
  readonly base64: string; readonly id?: never; readonly url?: never; }
  |  { readonly base64?: never;   /** What `PUT /images` answered. */
  readonly id: string; readonly url?: never; }
  |  { readonly base64?: never; readonly id?: never;   /** Only where the operator allows hosts; else BAD_USER_INPUT. */
  readonly url: string; };

/** An object has one at most: a new one takes the place of the old one. */
export type MaskPromptInput =
  {   /** A mask that the server offered. */
  readonly candidate: CandidateRefInput; readonly rle?: never; }
  |  { readonly candidate?: never;   /** A mask of your own. */
  readonly rle: RleInput; };

/** What a model waits for before it can run. */
export type ModelLoadingStage =
  /** Its files are read and made ready to run. */
  | 'LOADING'
  /** Memory that other models in use hold. */
  | 'WAITING_FOR_MEMORY';

/** What `movePointer` takes. */
export type MovePointerInput = {
  /** The object in hand; absent: none. */
  readonly objectId?: string | null | undefined;
  /** Null: left the image. */
  readonly pointer?: PointInput | null | undefined;
  /** The session's id. */
  readonly sessionId: string;
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
  readonly idempotencyKey?: string | null | undefined;
  /** What to segment. */
  readonly image: ImageSource;
  /** Absent: the default model. */
  readonly modelId?: string | null | undefined;
  /** At most 200 characters. Absent: empty. */
  readonly title?: string | null | undefined;
};

/** A place on the image. */
export type PointInput = {
  /** Pixels from the left edge of the image. */
  readonly x: number;
  /** Pixels from the top edge of the image. */
  readonly y: number;
};

/** Where a click is. */
export type PointLabel =
  /** Not on the object. */
  | 'BACKGROUND'
  /** On the object. */
  | 'FOREGROUND';

/** Inside the image: 0 <= x <= width, 0 <= y <= height. */
export type PointPromptInput = {
  /** Whether it is on the object. */
  readonly label?: PointLabel;
  /** Pixels from the left edge of the image. */
  readonly x: number;
  /** Pixels from the top edge of the image. */
  readonly y: number;
};

/** What `preview` takes. */
export type PreviewInput = {
  /** Present: beside the prompts that the object has. */
  readonly objectId?: string | null | undefined;
  /** 1 to 64. */
  readonly prompts: ReadonlyArray<PromptInput>;
  /** The session's id. */
  readonly sessionId: string;
};

/** One prompt. */
export type PromptInput =
  {   /** A rectangle around the object. */
  readonly box: BoxPromptInput; readonly mask?: never; readonly point?: never; readonly text?: never; }
  |  { readonly box?: never;   /** A rough mask of the object. */
  readonly mask: MaskPromptInput; readonly point?: never; readonly text?: never; }
  |  { readonly box?: never; readonly mask?: never;   /** A click. */
  readonly point: PointPromptInput; readonly text?: never; }
  |  { readonly box?: never; readonly mask?: never; readonly point?: never;   /** 1 to 200 characters. */
  readonly text: string; };

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

/** What `redo` takes. */
export type RedoInput = {
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: string | null | undefined;
  /** The session's id. */
  readonly sessionId: string;
};

/** What `removeObject` takes. */
export type RemoveObjectInput = {
  /** The object's revision that the client last saw; a newer one answers CONFLICT and nothing is stored. */
  readonly expectedRevision?: number | null | undefined;
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: string | null | undefined;
  /** The object's id. */
  readonly objectId: string;
  /** The session's id. */
  readonly sessionId: string;
};

/** What `removePrompts` takes. */
export type RemovePromptsInput = {
  /** The object's revision that the client last saw; a newer one answers CONFLICT and nothing is stored. */
  readonly expectedRevision?: number | null | undefined;
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: string | null | undefined;
  /** The object's id. */
  readonly objectId: string;
  /** Absent: all. */
  readonly promptIds?: ReadonlyArray<string> | null | undefined;
  /** The session's id. */
  readonly sessionId: string;
};

/** At the size of the upright image. */
export type RleInput = {
  /** COCO's compressed string. */
  readonly counts: string;
  /** `[height, width]` */
  readonly size: ReadonlyArray<number>;
};

/** What `selectCandidate` takes. */
export type SelectCandidateInput = {
  /** The object's revision that the client last saw; a newer one answers CONFLICT and nothing is stored. */
  readonly expectedRevision?: number | null | undefined;
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: string | null | undefined;
  /** Of the candidate; 0 is the best. */
  readonly index: number;
  /** The object's id. */
  readonly objectId: string;
  /** The session's id. */
  readonly sessionId: string;
};

/** Which sessions a list shows: those that satisfy every condition given. */
export type SessionFilter = {
  /** Any of these. */
  readonly status?: ReadonlyArray<SessionStatus> | null | undefined;
  /** At most 200 characters, case-insensitive. */
  readonly titleContains?: string | null | undefined;
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

/** What `undo` takes. */
export type UndoInput = {
  /** 1 to 64 characters, unique per session: the same key again answers with the first call's result. */
  readonly idempotencyKey?: string | null | undefined;
  /** The session's id. */
  readonly sessionId: string;
};

export type RleFragment = { readonly size: ReadonlyArray<number>, readonly counts: string };

export type CandidateFragment = { readonly index: number, readonly predictedIou: number, readonly stabilityScore: number, readonly area: number, readonly boundingBox: { readonly x: number, readonly y: number, readonly width: number, readonly height: number } | null, readonly mask: { readonly rle: RleFragment } };

type Prompt_BoxPrompt_Fragment = { readonly __typename: 'BoxPrompt', readonly x: number, readonly y: number, readonly width: number, readonly height: number, readonly id: string, readonly createdBy: { readonly id: string, readonly name: string } };

type Prompt_MaskPrompt_Fragment = { readonly __typename: 'MaskPrompt', readonly id: string, readonly rle: RleFragment, readonly createdBy: { readonly id: string, readonly name: string } };

type Prompt_PointPrompt_Fragment = { readonly __typename: 'PointPrompt', readonly x: number, readonly y: number, readonly label: PointLabel, readonly id: string, readonly createdBy: { readonly id: string, readonly name: string } };

type Prompt_TextPrompt_Fragment = { readonly __typename: 'TextPrompt', readonly text: string, readonly id: string, readonly createdBy: { readonly id: string, readonly name: string } };

export type PromptFragment =
  | Prompt_BoxPrompt_Fragment
  | Prompt_MaskPrompt_Fragment
  | Prompt_PointPrompt_Fragment
  | Prompt_TextPrompt_Fragment
;

export type FailureFragment = { readonly code: ErrorCode, readonly message: string };

export type ObjectFragment = { readonly id: string, readonly revision: number, readonly status: ObjectStatus, readonly label: string | null, readonly candidatesRevision: number | null, readonly createdBy: { readonly id: string, readonly name: string }, readonly prompts: ReadonlyArray<
    | Prompt_BoxPrompt_Fragment
    | Prompt_MaskPrompt_Fragment
    | Prompt_PointPrompt_Fragment
    | Prompt_TextPrompt_Fragment
  >, readonly selectedCandidate: { readonly index: number } | null, readonly failure: FailureFragment | null };

export type ProgressFragment = { readonly status: SessionStatus, readonly queuePosition: number | null, readonly encodingSeconds: number | null, readonly failure: FailureFragment | null, readonly modelLoading: { readonly stage: ModelLoadingStage, readonly seconds: number } | null };

export type SessionFragment = { readonly id: string, readonly title: string, readonly status: SessionStatus, readonly revision: number, readonly cursor: string, readonly createdAt: string, readonly image: { readonly id: string, readonly width: number, readonly height: number, readonly url: string, readonly thumbnailUrl: string }, readonly model: { readonly id: string, readonly name: string, readonly promptKinds: ReadonlyArray<PromptKind>, readonly backgroundClicks: boolean, readonly maxPoints: number | null }, readonly progress: ProgressFragment, readonly participants: ReadonlyArray<{ readonly id: string, readonly name: string }>, readonly objects: ReadonlyArray<(
    { readonly candidates: ReadonlyArray<CandidateFragment> }
    & ObjectFragment
  )> };

export type StepFragment = { readonly id: string, readonly kind: StepKind, readonly objectId: string, readonly at: string };

export type OpenSessionMutationVariables = Exact<{
  input: OpenSessionInput;
}>;


export type OpenSessionMutation = { readonly openSession: { readonly session: SessionFragment } };

export type ObjectRevisionFragment = { readonly id: string, readonly revision: number };

export type AddPromptsMutationVariables = Exact<{
  input: AddPromptsInput;
}>;


export type AddPromptsMutation = { readonly addPrompts: { readonly session: { readonly revision: number }, readonly object: ObjectRevisionFragment } };

export type RemovePromptsMutationVariables = Exact<{
  input: RemovePromptsInput;
}>;


export type RemovePromptsMutation = { readonly removePrompts: { readonly session: { readonly revision: number }, readonly object: ObjectRevisionFragment } };

export type SelectCandidateMutationVariables = Exact<{
  input: SelectCandidateInput;
}>;


export type SelectCandidateMutation = { readonly selectCandidate: { readonly session: { readonly revision: number }, readonly object: ObjectRevisionFragment } };

export type AcceptObjectMutationVariables = Exact<{
  input: AcceptObjectInput;
}>;


export type AcceptObjectMutation = { readonly acceptObject: { readonly session: { readonly revision: number }, readonly object: ObjectRevisionFragment } };

export type RemoveObjectMutationVariables = Exact<{
  input: RemoveObjectInput;
}>;


export type RemoveObjectMutation = { readonly removeObject: { readonly session: { readonly revision: number } } };

export type UndoMutationVariables = Exact<{
  input: UndoInput;
}>;


export type UndoMutation = { readonly undo: { readonly session: { readonly revision: number }, readonly undone: StepFragment | null } };

export type RedoMutationVariables = Exact<{
  input: RedoInput;
}>;


export type RedoMutation = { readonly redo: { readonly session: { readonly revision: number }, readonly redone: StepFragment | null } };

export type PreviewMutationVariables = Exact<{
  input: PreviewInput;
}>;


export type PreviewMutation = { readonly preview: { readonly candidates: ReadonlyArray<CandidateFragment> } };

export type MovePointerMutationVariables = Exact<{
  input: MovePointerInput;
}>;


export type MovePointerMutation = { readonly movePointer: { readonly ok: boolean } };

export type CloseSessionMutationVariables = Exact<{
  input: CloseSessionInput;
}>;


export type CloseSessionMutation = { readonly closeSession: { readonly session: { readonly revision: number } } };

export type ModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type ModelsQuery = { readonly models: ReadonlyArray<{ readonly id: string, readonly name: string, readonly license: string, readonly isDefault: boolean, readonly promptKinds: ReadonlyArray<PromptKind>, readonly backgroundClicks: boolean, readonly maxPoints: number | null, readonly inputLongestSide: number }> };

export type SessionStateQueryVariables = Exact<{
  id: string;
}>;


export type SessionStateQuery = { readonly session: SessionFragment | null };

export type SessionsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: SessionFilter | null | undefined;
}>;


export type SessionsQuery = { readonly sessions: { readonly totalCount: number, readonly nodes: ReadonlyArray<{ readonly id: string, readonly title: string, readonly status: SessionStatus, readonly createdAt: string, readonly image: { readonly id: string, readonly width: number, readonly height: number, readonly url: string, readonly thumbnailUrl: string }, readonly model: { readonly id: string, readonly name: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type SessionEventsSubscriptionVariables = Exact<{
  sessionId: string;
  after?: string | null | undefined;
}>;


export type SessionEventsSubscription = { readonly sessionEvents: EventEntryFragment };

export type EventEntryFragment = { readonly cursor: string, readonly revision: number, readonly at: string, readonly actor: { readonly id: string, readonly name: string } | null, readonly event:
    | { readonly __typename: 'CandidateSelected', readonly index: number, readonly object: ObjectFragment }
    | { readonly __typename: 'CandidatesProduced', readonly object: ObjectFragment, readonly candidates: ReadonlyArray<CandidateFragment> }
    | { readonly __typename: 'DecodeFailed', readonly object: ObjectFragment, readonly failure: FailureFragment }
    | { readonly __typename: 'EncodingStarted', readonly session: { readonly status: SessionStatus } }
    | { readonly __typename: 'ObjectAccepted', readonly object: ObjectFragment }
    | { readonly __typename: 'ObjectRemoved', readonly objectId: string }
    | { readonly __typename: 'PromptsAdded', readonly object: ObjectFragment, readonly prompts: ReadonlyArray<
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
        | { readonly id: string }
      > }
    | { readonly __typename: 'PromptsRemoved', readonly promptIds: ReadonlyArray<string>, readonly object: ObjectFragment }
    | { readonly __typename: 'SessionClosed', readonly session: { readonly status: SessionStatus } }
    | { readonly __typename: 'SessionFailed', readonly session: { readonly status: SessionStatus }, readonly failure: FailureFragment }
    | { readonly __typename: 'SessionOpened', readonly session: { readonly status: SessionStatus } }
    | { readonly __typename: 'SessionReady', readonly session: { readonly status: SessionStatus } }
    | { readonly __typename: 'StepRedone', readonly step: StepFragment, readonly objectNow: ObjectFragment | null }
    | { readonly __typename: 'StepUndone', readonly step: StepFragment, readonly objectNow: ObjectFragment | null }
   };

export type PresenceSubscriptionVariables = Exact<{
  sessionId: string;
}>;


export type PresenceSubscription = { readonly presence: { readonly participants: ReadonlyArray<{ readonly id: string, readonly name: string, readonly color: string, readonly objectId: string | null, readonly pointer: { readonly x: number, readonly y: number } | null }> } };

export type SessionProgressSubscriptionVariables = Exact<{
  sessionId: string;
}>;


export type SessionProgressSubscription = { readonly sessionProgress: ProgressFragment };
