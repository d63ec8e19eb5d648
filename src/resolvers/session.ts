import type { SessionProgress, SessionResolvers } from '../generated/resolvers.js';
import type { OpenSession } from '#src/sessions/openSession.js';
import { visibleObject, visibleObjects, type SessionState } from '#src/sessions/state.js';
import { participantView } from './views.js';

export const Session: SessionResolvers = {
  image: async ({ imageId }, _args, { images }) => {
    const image = await images.get(imageId);
    if (!image) throw new Error(`Image ${imageId} of a session is gone from the data folder.`);
    return image;
  },
  model: ({ modelId }, _args, { sessions }) => sessions.model(modelId),
  progress: async (state, _args, { sessions }) => progressOf(state, await sessions.loaded(state.id)),
  participants: async (state, _args, { sessions }) => {
    const here = (await sessions.loaded(state.id))?.presence.participants ?? [];
    const everyone = new Map([...here.map(({ id, name }) => [id, { id, name }] as const), ...state.participants]);
    return [...everyone.values()].map((participant) => participantView(state, participant));
  },
  objects: (state) => visibleObjects(state).map((object) => ({ state, object })),
  object: (state, { id }) => {
    const object = visibleObject(state, id);
    return object ? { state, object } : null;
  },
};

/**
 * How far the encoding is.
 * @param open the session in memory, which knows its place in the queue and its model's loading; null where it is not.
 */
export function progressOf(state: SessionState, open: OpenSession | null): SessionProgress {
  const { status, encodingStartedAt, failure } = state;
  const loading = open?.encoding.modelLoading ?? null;
  return {
    status,
    queuePosition: open?.encoding.queuePosition ?? null,
    encodingSeconds:
      status === 'ENCODING' && encodingStartedAt !== null ? (Date.now() - Date.parse(encodingStartedAt)) / 1000 : null,
    failure,
    modelLoading: loading && { stage: loading.stage, seconds: (Date.now() - loading.since) / 1000 },
  };
}
