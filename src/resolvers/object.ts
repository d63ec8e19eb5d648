import { assertNever } from '../assertNever.js';
import type {
  BoxPromptResolvers,
  MaskPromptResolvers,
  MaskUpdateResolvers,
  ObjectMaskResolvers,
  ParticipantResolvers,
  PointPromptResolvers,
  PromptResolvers,
  SegmentedObjectResolvers,
  TextPromptResolvers,
} from '../generated/resolvers.js';
import type { PromptView } from './views.js';
import { participantView, promptViews, withIndex } from './views.js';

export const SegmentedObject: SegmentedObjectResolvers = {
  id: ({ object }) => object.id,
  revision: ({ object }) => object.revision,
  status: ({ object }) => object.status,
  label: ({ object }) => object.label,
  createdBy: ({ state, object }) => participantView(state, object.createdBy),
  prompts: ({ state, object }) => promptViews(state, object.prompts),
  candidates: ({ object }) => withIndex(object.candidates),
  candidatesRevision: ({ object }) => object.candidatesRevision,
  selectedCandidate: ({ object }) => withIndex(object.candidates)[object.selected] ?? null,
  failure: ({ object }) => (object.failed?.revision === object.promptsRevision ? object.failed : null),
};

export const Participant: ParticipantResolvers = {
  present: async ({ id, sessionId }, _args, { sessions }) =>
    (await sessions.loaded(sessionId))?.presence.isPresent(id) ?? false,
};

export const Prompt: PromptResolvers = {
  __resolveType: ({ prompt: { kind } }) => {
    switch (kind) {
      case 'point':
        return 'PointPrompt';
      case 'box':
        return 'BoxPrompt';
      case 'mask':
        return 'MaskPrompt';
      case 'text':
        return 'TextPrompt';
      default:
        return assertNever(kind);
    }
  },
};

const prompted = {
  id: ({ prompt }: PromptView) => prompt.id,
  createdBy: ({ state, prompt }: PromptView) => participantView(state, prompt.createdBy),
};

export const PointPrompt: PointPromptResolvers = {
  ...prompted,
  x: ({ prompt }) => prompt.x,
  y: ({ prompt }) => prompt.y,
  label: ({ prompt }) => prompt.label,
};

export const BoxPrompt: BoxPromptResolvers = {
  ...prompted,
  x: ({ prompt }) => prompt.x,
  y: ({ prompt }) => prompt.y,
  width: ({ prompt }) => prompt.width,
  height: ({ prompt }) => prompt.height,
};

export const MaskPrompt: MaskPromptResolvers = { ...prompted, rle: ({ prompt }) => prompt.rle };

export const TextPrompt: TextPromptResolvers = { ...prompted, text: ({ prompt }) => prompt.text };

export const ObjectMask: ObjectMaskResolvers = {
  object: ({ state, object }) => ({ state, object }),
  predictedIou: ({ candidate }) => candidate.predictedIou,
  stabilityScore: ({ candidate }) => candidate.stabilityScore,
  area: ({ candidate }) => candidate.area,
  boundingBox: ({ candidate }) => candidate.boundingBox,
  mask: ({ candidate }) => candidate.rle,
};

export const MaskUpdate: MaskUpdateResolvers = {
  object: ({ state, object }) => ({ state, object }),
  candidates: ({ object }) => withIndex(object.candidates),
};
