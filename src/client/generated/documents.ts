import type * as Types from './operations.js';
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const FailureFragmentDoc = new TypedDocumentString(`
    fragment Failure on Failure {
  code
  message
}
    `, {"fragmentName":"Failure"}) as unknown as TypedDocumentString<Types.FailureFragment, unknown>;
export const ProgressFragmentDoc = new TypedDocumentString(`
    fragment Progress on SessionProgress {
  status
  queuePosition
  encodingSeconds
  failure {
    ...Failure
  }
  modelLoading {
    stage
    seconds
  }
}
    fragment Failure on Failure {
  code
  message
}`, {"fragmentName":"Progress"}) as unknown as TypedDocumentString<Types.ProgressFragment, unknown>;
export const RleFragmentDoc = new TypedDocumentString(`
    fragment Rle on Rle {
  size
  counts
}
    `, {"fragmentName":"Rle"}) as unknown as TypedDocumentString<Types.RleFragment, unknown>;
export const PromptFragmentDoc = new TypedDocumentString(`
    fragment Prompt on Prompt {
  __typename
  id
  createdBy {
    id
    name
  }
  ... on PointPrompt {
    x
    y
    label
  }
  ... on BoxPrompt {
    x
    y
    width
    height
  }
  ... on MaskPrompt {
    rle {
      ...Rle
    }
  }
  ... on TextPrompt {
    text
  }
}
    fragment Rle on Rle {
  size
  counts
}`, {"fragmentName":"Prompt"}) as unknown as TypedDocumentString<Types.PromptFragment, unknown>;
export const ObjectFragmentDoc = new TypedDocumentString(`
    fragment Object on SegmentedObject {
  id
  revision
  status
  label
  createdBy {
    id
    name
  }
  prompts {
    ...Prompt
  }
  candidatesRevision
  selectedCandidate {
    index
  }
  failure {
    ...Failure
  }
}
    fragment Rle on Rle {
  size
  counts
}
fragment Prompt on Prompt {
  __typename
  id
  createdBy {
    id
    name
  }
  ... on PointPrompt {
    x
    y
    label
  }
  ... on BoxPrompt {
    x
    y
    width
    height
  }
  ... on MaskPrompt {
    rle {
      ...Rle
    }
  }
  ... on TextPrompt {
    text
  }
}
fragment Failure on Failure {
  code
  message
}`, {"fragmentName":"Object"}) as unknown as TypedDocumentString<Types.ObjectFragment, unknown>;
export const CandidateFragmentDoc = new TypedDocumentString(`
    fragment Candidate on MaskCandidate {
  index
  predictedIou
  stabilityScore
  area
  boundingBox {
    x
    y
    width
    height
  }
  mask {
    rle {
      ...Rle
    }
  }
}
    fragment Rle on Rle {
  size
  counts
}`, {"fragmentName":"Candidate"}) as unknown as TypedDocumentString<Types.CandidateFragment, unknown>;
export const SessionFragmentDoc = new TypedDocumentString(`
    fragment Session on Session {
  id
  title
  status
  revision
  cursor
  createdAt
  image {
    id
    width
    height
    url
    thumbnailUrl
  }
  model {
    id
    name
    promptKinds
    backgroundClicks
    maxPoints
  }
  progress {
    ...Progress
  }
  participants {
    id
    name
  }
  objects {
    ...Object
    candidates {
      ...Candidate
    }
  }
}
    fragment Rle on Rle {
  size
  counts
}
fragment Candidate on MaskCandidate {
  index
  predictedIou
  stabilityScore
  area
  boundingBox {
    x
    y
    width
    height
  }
  mask {
    rle {
      ...Rle
    }
  }
}
fragment Prompt on Prompt {
  __typename
  id
  createdBy {
    id
    name
  }
  ... on PointPrompt {
    x
    y
    label
  }
  ... on BoxPrompt {
    x
    y
    width
    height
  }
  ... on MaskPrompt {
    rle {
      ...Rle
    }
  }
  ... on TextPrompt {
    text
  }
}
fragment Failure on Failure {
  code
  message
}
fragment Object on SegmentedObject {
  id
  revision
  status
  label
  createdBy {
    id
    name
  }
  prompts {
    ...Prompt
  }
  candidatesRevision
  selectedCandidate {
    index
  }
  failure {
    ...Failure
  }
}
fragment Progress on SessionProgress {
  status
  queuePosition
  encodingSeconds
  failure {
    ...Failure
  }
  modelLoading {
    stage
    seconds
  }
}`, {"fragmentName":"Session"}) as unknown as TypedDocumentString<Types.SessionFragment, unknown>;
export const ObjectRevisionFragmentDoc = new TypedDocumentString(`
    fragment ObjectRevision on SegmentedObject {
  id
  revision
}
    `, {"fragmentName":"ObjectRevision"}) as unknown as TypedDocumentString<Types.ObjectRevisionFragment, unknown>;
export const StepFragmentDoc = new TypedDocumentString(`
    fragment Step on Step {
  id
  kind
  objectId
  at
}
    `, {"fragmentName":"Step"}) as unknown as TypedDocumentString<Types.StepFragment, unknown>;
export const EventEntryFragmentDoc = new TypedDocumentString(`
    fragment EventEntry on SessionEventEntry {
  cursor
  revision
  at
  actor {
    id
    name
  }
  event {
    __typename
    ... on SessionOpened {
      session {
        status
      }
    }
    ... on EncodingStarted {
      session {
        status
      }
    }
    ... on SessionReady {
      session {
        status
      }
    }
    ... on SessionFailed {
      session {
        status
      }
      failure {
        ...Failure
      }
    }
    ... on PromptsAdded {
      object {
        ...Object
      }
      prompts {
        id
      }
    }
    ... on PromptsRemoved {
      object {
        ...Object
      }
      promptIds
    }
    ... on CandidatesProduced {
      object {
        ...Object
      }
      candidates {
        ...Candidate
      }
    }
    ... on DecodeFailed {
      object {
        ...Object
      }
      failure {
        ...Failure
      }
    }
    ... on CandidateSelected {
      object {
        ...Object
      }
      index
    }
    ... on ObjectAccepted {
      object {
        ...Object
      }
    }
    ... on ObjectRemoved {
      objectId
    }
    ... on StepUndone {
      step {
        ...Step
      }
      objectNow: object {
        ...Object
      }
    }
    ... on StepRedone {
      step {
        ...Step
      }
      objectNow: object {
        ...Object
      }
    }
    ... on SessionClosed {
      session {
        status
      }
    }
  }
}
    fragment Rle on Rle {
  size
  counts
}
fragment Candidate on MaskCandidate {
  index
  predictedIou
  stabilityScore
  area
  boundingBox {
    x
    y
    width
    height
  }
  mask {
    rle {
      ...Rle
    }
  }
}
fragment Prompt on Prompt {
  __typename
  id
  createdBy {
    id
    name
  }
  ... on PointPrompt {
    x
    y
    label
  }
  ... on BoxPrompt {
    x
    y
    width
    height
  }
  ... on MaskPrompt {
    rle {
      ...Rle
    }
  }
  ... on TextPrompt {
    text
  }
}
fragment Failure on Failure {
  code
  message
}
fragment Object on SegmentedObject {
  id
  revision
  status
  label
  createdBy {
    id
    name
  }
  prompts {
    ...Prompt
  }
  candidatesRevision
  selectedCandidate {
    index
  }
  failure {
    ...Failure
  }
}
fragment Step on Step {
  id
  kind
  objectId
  at
}`, {"fragmentName":"EventEntry"}) as unknown as TypedDocumentString<Types.EventEntryFragment, unknown>;
export const OpenSessionDocument = new TypedDocumentString(`
    mutation OpenSession($input: OpenSessionInput!) {
  openSession(input: $input) {
    session {
      ...Session
    }
  }
}
    fragment Rle on Rle {
  size
  counts
}
fragment Candidate on MaskCandidate {
  index
  predictedIou
  stabilityScore
  area
  boundingBox {
    x
    y
    width
    height
  }
  mask {
    rle {
      ...Rle
    }
  }
}
fragment Prompt on Prompt {
  __typename
  id
  createdBy {
    id
    name
  }
  ... on PointPrompt {
    x
    y
    label
  }
  ... on BoxPrompt {
    x
    y
    width
    height
  }
  ... on MaskPrompt {
    rle {
      ...Rle
    }
  }
  ... on TextPrompt {
    text
  }
}
fragment Failure on Failure {
  code
  message
}
fragment Object on SegmentedObject {
  id
  revision
  status
  label
  createdBy {
    id
    name
  }
  prompts {
    ...Prompt
  }
  candidatesRevision
  selectedCandidate {
    index
  }
  failure {
    ...Failure
  }
}
fragment Progress on SessionProgress {
  status
  queuePosition
  encodingSeconds
  failure {
    ...Failure
  }
  modelLoading {
    stage
    seconds
  }
}
fragment Session on Session {
  id
  title
  status
  revision
  cursor
  createdAt
  image {
    id
    width
    height
    url
    thumbnailUrl
  }
  model {
    id
    name
    promptKinds
    backgroundClicks
    maxPoints
  }
  progress {
    ...Progress
  }
  participants {
    id
    name
  }
  objects {
    ...Object
    candidates {
      ...Candidate
    }
  }
}`) as unknown as TypedDocumentString<Types.OpenSessionMutation, Types.OpenSessionMutationVariables>;
export const AddPromptsDocument = new TypedDocumentString(`
    mutation AddPrompts($input: AddPromptsInput!) {
  addPrompts(input: $input) {
    session {
      revision
    }
    object {
      ...ObjectRevision
    }
  }
}
    fragment ObjectRevision on SegmentedObject {
  id
  revision
}`) as unknown as TypedDocumentString<Types.AddPromptsMutation, Types.AddPromptsMutationVariables>;
export const RemovePromptsDocument = new TypedDocumentString(`
    mutation RemovePrompts($input: RemovePromptsInput!) {
  removePrompts(input: $input) {
    session {
      revision
    }
    object {
      ...ObjectRevision
    }
  }
}
    fragment ObjectRevision on SegmentedObject {
  id
  revision
}`) as unknown as TypedDocumentString<Types.RemovePromptsMutation, Types.RemovePromptsMutationVariables>;
export const SelectCandidateDocument = new TypedDocumentString(`
    mutation SelectCandidate($input: SelectCandidateInput!) {
  selectCandidate(input: $input) {
    session {
      revision
    }
    object {
      ...ObjectRevision
    }
  }
}
    fragment ObjectRevision on SegmentedObject {
  id
  revision
}`) as unknown as TypedDocumentString<Types.SelectCandidateMutation, Types.SelectCandidateMutationVariables>;
export const AcceptObjectDocument = new TypedDocumentString(`
    mutation AcceptObject($input: AcceptObjectInput!) {
  acceptObject(input: $input) {
    session {
      revision
    }
    object {
      ...ObjectRevision
    }
  }
}
    fragment ObjectRevision on SegmentedObject {
  id
  revision
}`) as unknown as TypedDocumentString<Types.AcceptObjectMutation, Types.AcceptObjectMutationVariables>;
export const RemoveObjectDocument = new TypedDocumentString(`
    mutation RemoveObject($input: RemoveObjectInput!) {
  removeObject(input: $input) {
    session {
      revision
    }
  }
}
    `) as unknown as TypedDocumentString<Types.RemoveObjectMutation, Types.RemoveObjectMutationVariables>;
export const UndoDocument = new TypedDocumentString(`
    mutation Undo($input: UndoInput!) {
  undo(input: $input) {
    session {
      revision
    }
    undone {
      ...Step
    }
  }
}
    fragment Step on Step {
  id
  kind
  objectId
  at
}`) as unknown as TypedDocumentString<Types.UndoMutation, Types.UndoMutationVariables>;
export const RedoDocument = new TypedDocumentString(`
    mutation Redo($input: RedoInput!) {
  redo(input: $input) {
    session {
      revision
    }
    redone {
      ...Step
    }
  }
}
    fragment Step on Step {
  id
  kind
  objectId
  at
}`) as unknown as TypedDocumentString<Types.RedoMutation, Types.RedoMutationVariables>;
export const PreviewDocument = new TypedDocumentString(`
    mutation Preview($input: PreviewInput!) {
  preview(input: $input) {
    candidates {
      ...Candidate
    }
  }
}
    fragment Rle on Rle {
  size
  counts
}
fragment Candidate on MaskCandidate {
  index
  predictedIou
  stabilityScore
  area
  boundingBox {
    x
    y
    width
    height
  }
  mask {
    rle {
      ...Rle
    }
  }
}`) as unknown as TypedDocumentString<Types.PreviewMutation, Types.PreviewMutationVariables>;
export const MovePointerDocument = new TypedDocumentString(`
    mutation MovePointer($input: MovePointerInput!) {
  movePointer(input: $input) {
    ok
  }
}
    `) as unknown as TypedDocumentString<Types.MovePointerMutation, Types.MovePointerMutationVariables>;
export const CloseSessionDocument = new TypedDocumentString(`
    mutation CloseSession($input: CloseSessionInput!) {
  closeSession(input: $input) {
    session {
      revision
    }
  }
}
    `) as unknown as TypedDocumentString<Types.CloseSessionMutation, Types.CloseSessionMutationVariables>;
export const ModelsDocument = new TypedDocumentString(`
    query Models {
  models {
    id
    name
    license
    isDefault
    promptKinds
    backgroundClicks
    maxPoints
    inputLongestSide
  }
}
    `) as unknown as TypedDocumentString<Types.ModelsQuery, Types.ModelsQueryVariables>;
export const SessionStateDocument = new TypedDocumentString(`
    query SessionState($id: ID!) {
  session(id: $id) {
    ...Session
  }
}
    fragment Rle on Rle {
  size
  counts
}
fragment Candidate on MaskCandidate {
  index
  predictedIou
  stabilityScore
  area
  boundingBox {
    x
    y
    width
    height
  }
  mask {
    rle {
      ...Rle
    }
  }
}
fragment Prompt on Prompt {
  __typename
  id
  createdBy {
    id
    name
  }
  ... on PointPrompt {
    x
    y
    label
  }
  ... on BoxPrompt {
    x
    y
    width
    height
  }
  ... on MaskPrompt {
    rle {
      ...Rle
    }
  }
  ... on TextPrompt {
    text
  }
}
fragment Failure on Failure {
  code
  message
}
fragment Object on SegmentedObject {
  id
  revision
  status
  label
  createdBy {
    id
    name
  }
  prompts {
    ...Prompt
  }
  candidatesRevision
  selectedCandidate {
    index
  }
  failure {
    ...Failure
  }
}
fragment Progress on SessionProgress {
  status
  queuePosition
  encodingSeconds
  failure {
    ...Failure
  }
  modelLoading {
    stage
    seconds
  }
}
fragment Session on Session {
  id
  title
  status
  revision
  cursor
  createdAt
  image {
    id
    width
    height
    url
    thumbnailUrl
  }
  model {
    id
    name
    promptKinds
    backgroundClicks
    maxPoints
  }
  progress {
    ...Progress
  }
  participants {
    id
    name
  }
  objects {
    ...Object
    candidates {
      ...Candidate
    }
  }
}`) as unknown as TypedDocumentString<Types.SessionStateQuery, Types.SessionStateQueryVariables>;
export const SessionsDocument = new TypedDocumentString(`
    query Sessions($first: Int, $after: String, $filter: SessionFilter) {
  sessions(first: $first, after: $after, filter: $filter) {
    nodes {
      id
      title
      status
      createdAt
      image {
        id
        width
        height
        url
        thumbnailUrl
      }
      model {
        id
        name
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    `) as unknown as TypedDocumentString<Types.SessionsQuery, Types.SessionsQueryVariables>;
export const SessionEventsDocument = new TypedDocumentString(`
    subscription SessionEvents($sessionId: ID!, $after: String) {
  sessionEvents(sessionId: $sessionId, after: $after) {
    ...EventEntry
  }
}
    fragment Rle on Rle {
  size
  counts
}
fragment Candidate on MaskCandidate {
  index
  predictedIou
  stabilityScore
  area
  boundingBox {
    x
    y
    width
    height
  }
  mask {
    rle {
      ...Rle
    }
  }
}
fragment Prompt on Prompt {
  __typename
  id
  createdBy {
    id
    name
  }
  ... on PointPrompt {
    x
    y
    label
  }
  ... on BoxPrompt {
    x
    y
    width
    height
  }
  ... on MaskPrompt {
    rle {
      ...Rle
    }
  }
  ... on TextPrompt {
    text
  }
}
fragment Failure on Failure {
  code
  message
}
fragment Object on SegmentedObject {
  id
  revision
  status
  label
  createdBy {
    id
    name
  }
  prompts {
    ...Prompt
  }
  candidatesRevision
  selectedCandidate {
    index
  }
  failure {
    ...Failure
  }
}
fragment Step on Step {
  id
  kind
  objectId
  at
}
fragment EventEntry on SessionEventEntry {
  cursor
  revision
  at
  actor {
    id
    name
  }
  event {
    __typename
    ... on SessionOpened {
      session {
        status
      }
    }
    ... on EncodingStarted {
      session {
        status
      }
    }
    ... on SessionReady {
      session {
        status
      }
    }
    ... on SessionFailed {
      session {
        status
      }
      failure {
        ...Failure
      }
    }
    ... on PromptsAdded {
      object {
        ...Object
      }
      prompts {
        id
      }
    }
    ... on PromptsRemoved {
      object {
        ...Object
      }
      promptIds
    }
    ... on CandidatesProduced {
      object {
        ...Object
      }
      candidates {
        ...Candidate
      }
    }
    ... on DecodeFailed {
      object {
        ...Object
      }
      failure {
        ...Failure
      }
    }
    ... on CandidateSelected {
      object {
        ...Object
      }
      index
    }
    ... on ObjectAccepted {
      object {
        ...Object
      }
    }
    ... on ObjectRemoved {
      objectId
    }
    ... on StepUndone {
      step {
        ...Step
      }
      objectNow: object {
        ...Object
      }
    }
    ... on StepRedone {
      step {
        ...Step
      }
      objectNow: object {
        ...Object
      }
    }
    ... on SessionClosed {
      session {
        status
      }
    }
  }
}`) as unknown as TypedDocumentString<Types.SessionEventsSubscription, Types.SessionEventsSubscriptionVariables>;
export const PresenceDocument = new TypedDocumentString(`
    subscription Presence($sessionId: ID!) {
  presence(sessionId: $sessionId) {
    participants {
      id
      name
      color
      pointer {
        x
        y
      }
      objectId
    }
  }
}
    `) as unknown as TypedDocumentString<Types.PresenceSubscription, Types.PresenceSubscriptionVariables>;
export const SessionProgressDocument = new TypedDocumentString(`
    subscription SessionProgress($sessionId: ID!) {
  sessionProgress(sessionId: $sessionId, follow: true) {
    ...Progress
  }
}
    fragment Failure on Failure {
  code
  message
}
fragment Progress on SessionProgress {
  status
  queuePosition
  encodingSeconds
  failure {
    ...Failure
  }
  modelLoading {
    stage
    seconds
  }
}`) as unknown as TypedDocumentString<Types.SessionProgressSubscription, Types.SessionProgressSubscriptionVariables>;