import { Buffer } from 'node:buffer';
import { MaskwireError } from '../errors.js';
import type { ImageSource, MutationResolvers } from '../generated/resolvers.js';
import type { StoredImage } from '#src/images/imageIndex.js';
import {
  acceptObject,
  addPrompts,
  closeSession,
  redo,
  removeObject,
  removePrompts,
  selectCandidate,
  undo,
  type Command,
} from '#src/sessions/commands.js';
import type { Change } from '#src/sessions/events.js';
import { coordinate } from '#src/sessions/promptInput.js';
import type { NamedCall, Outcome } from '#src/sessions/session.js';
import type { Context } from './context.js';
import { promptInputs } from './promptInput.js';
import { stepView } from './step.js';
import { viewOf, withIndex, type ObjectView } from './views.js';

export const Mutation: MutationResolvers = {
  openSession: async (_root, { input }, context) => {
    const image = await imageOf(input.image, context);
    const open = await context.sessions.open({ ...input, image }, context.participant);
    return { session: open.session.state };
  },

  addPrompts: (_root, { input }, context) => {
    const prompts = promptInputs(input.prompts);
    const command = context.sessions.admitted(addPrompts(context.participant, { ...input, prompts }));
    return change(context, input, 'PromptsAdded', command);
  },

  removePrompts: (_root, { input }, context) => change(context, input, 'PromptsRemoved', removePrompts(input)),

  selectCandidate: (_root, { input }, context) => change(context, input, 'CandidateSelected', selectCandidate(input)),

  acceptObject: (_root, { input }, context) => change(context, input, 'ObjectAccepted', acceptObject(input)),

  removeObject: async (_root, { input }, context) => {
    const { session } = await change(context, input, 'ObjectRemoved', removeObject(input));
    return { session, removedObjectId: input.objectId };
  },

  undo: async (_root, { input }, { sessions, participant }) => {
    const { session } = await sessions.get(input.sessionId);
    const { event, state } = await session.apply(undo(participant), participant, callOf(input, 'StepUndone'));
    return { session: state, undone: event && stepView(state, event) };
  },

  redo: async (_root, { input }, { sessions, participant }) => {
    const { session } = await sessions.get(input.sessionId);
    const { event, state } = await session.apply(redo(participant), participant, callOf(input, 'StepRedone'));
    return { session: state, redone: event && stepView(state, event) };
  },

  preview: async (_root, { input }, { sessions, participant }) => {
    const open = await sessions.get(input.sessionId);
    const prompts = promptInputs(input.prompts);
    const candidates = await sessions.preview(open, participant, input.objectId ?? null, prompts);
    return { candidates: withIndex(candidates) };
  },

  movePointer: async (_root, { input }, { sessions, participant }) => {
    const { session, presence } = await sessions.get(input.sessionId);
    const { width, height } = session.state;
    if (input.pointer) {
      coordinate(input.pointer.x, width, 'pointer.x');
      coordinate(input.pointer.y, height, 'pointer.y');
    }
    presence.move(participant, input.pointer ?? null, input.objectId ?? null);
    return { ok: true };
  },

  closeSession: async (_root, { input }, { sessions, participant }) => {
    const { session } = await sessions.get(input.sessionId);
    const { state } = await session.apply(closeSession(), participant);
    return { session: state };
  },
};

/** Applies a change to an object and answers the session and the object right after it. */
async function change(
  { sessions, participant }: Context,
  input: Named & { readonly sessionId: string },
  type: Change['type'],
  command: Command<Change>,
): Promise<{ session: Outcome<Change>['state']; object: ObjectView }> {
  const { session } = await sessions.get(input.sessionId);
  const { event, state } = await session.apply(command, participant, callOf(input, type));
  return { session: state, object: viewOf(state, event.objectId) };
}

interface Named {
  readonly idempotencyKey?: string | null | undefined;
}

function callOf({ idempotencyKey }: Named, type: NamedCall['type']): NamedCall | null {
  return idempotencyKey == null ? null : { key: idempotencyKey, type };
}

async function imageOf(source: ImageSource, { images, limits }: Context): Promise<StoredImage> {
  const { id, base64 } = source;
  if (id != null) {
    const image = await images.get(id);
    if (!image)
      throw new MaskwireError(
        'NOT_FOUND',
        `image.id: there is no image ${JSON.stringify(id)}; upload it with PUT /images.`,
      );
    return image;
  }
  if (base64 != null) return inlineImage(base64, images, limits.maxInlineImageBytes);
  throw new MaskwireError(
    'BAD_USER_INPUT',
    'image.url: this server fetches no images from other hosts; upload the file with PUT /images.',
  );
}

async function inlineImage(base64: string, images: Context['images'], maxBytes: number): Promise<StoredImage> {
  const bytes = Math.floor((base64.length * 3) / 4);
  if (bytes > maxBytes) {
    throw new MaskwireError(
      'TOO_LARGE',
      `image.base64: expected at most ${maxBytes} bytes, got ${bytes}; use PUT /images.`,
      {
        limit: 'maxInlineImageBytes',
      },
    );
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    throw new MaskwireError('BAD_USER_INPUT', 'image.base64: expected the bytes of an image file in base64.');
  }
  return (await images.ingest(Buffer.from(base64, 'base64'))).image;
}
