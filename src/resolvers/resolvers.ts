import type { Resolvers } from '../generated/resolvers.js';
import { eventResolvers } from './event.js';
import { Image, Mask, MaskCandidate, Model } from './mask.js';
import { Mutation } from './mutation.js';
import {
  BoxPrompt,
  MaskPrompt,
  MaskUpdate,
  ObjectMask,
  Participant,
  PointPrompt,
  Prompt,
  SegmentedObject,
  TextPrompt,
} from './object.js';
import { Query } from './query.js';
import { Session } from './session.js';
import { Subscription } from './subscription.js';

/** Every resolver of schema.graphql that is not a plain property. `Node` types come with their `__typename`. */
export const resolvers: Resolvers = {
  ...eventResolvers,
  Query,
  Mutation,
  Subscription,
  Session,
  SegmentedObject,
  Participant,
  Prompt,
  PointPrompt,
  BoxPrompt,
  MaskPrompt,
  TextPrompt,
  MaskCandidate,
  Mask,
  ObjectMask,
  MaskUpdate,
  Image,
  Model,
};
