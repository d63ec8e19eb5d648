import type { Candidate, DecodeRequest, Inference } from '#src/inference/inference.js';
import type { Prompt } from '#src/inference/prompts.js';
import { MaskwireError } from '../errors.js';
import { assertOpen, objectOf } from './commands.js';
import { chainBefore, requestFor } from './decode.js';
import { logitsKey } from './decodeReactor.js';
import { withPrompts } from './object.js';
import type { Session } from './session.js';

interface Waiting {
  readonly request: () => DecodeRequest;
  readonly resolve: (candidates: readonly Candidate[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What the masks would be, for a person who moves the pointer. Each person has one preview waiting at most: a newer
 * one takes its place in the queue, and the older answers SUPERSEDED at once.
 */
export class Previews {
  readonly #waiting = new Map<string, Waiting>();

  constructor(
    private readonly session: Session,
    private readonly inference: Inference,
  ) {}

  /**
   * @param objectId present: the prompts are decoded beside those that the object has, refining its candidates.
   * @returns candidates, best first.
   * @throws MaskwireError SUPERSEDED, NOT_FOUND, SESSION_CLOSED, OVERLOADED, INFERENCE_FAILED.
   */
  preview(callerId: string, objectId: string | null, prompts: readonly Prompt[]): Promise<readonly Candidate[]> {
    const { session } = this;
    assertOpen(session.state);
    if (objectId !== null) objectOf(session.state, objectId);
    return new Promise((resolve, reject) => {
      const request = () => this.#request(callerId, objectId, prompts);
      const older = this.#waiting.get(callerId);
      this.#waiting.set(callerId, { request, resolve, reject });
      if (older)
        older.reject(new MaskwireError('SUPERSEDED', 'A newer preview by the same caller took this one’s place.'));
      else void this.#run(callerId);
    });
  }

  async #run(callerId: string): Promise<void> {
    const taken: { preview: Waiting | null } = { preview: null };
    // Whoever waits when the batch starts is answered; from then on the caller's next preview waits for another batch.
    const take = () => {
      taken.preview ??= this.#leave(callerId);
      return taken.preview?.request() ?? null;
    };
    try {
      const candidates = await this.inference.decode(this.session.state.modelId, { take });
      taken.preview?.resolve(candidates ?? []);
    } catch (error) {
      (taken.preview ?? this.#leave(callerId))?.reject(error);
    }
  }

  #leave(callerId: string): Waiting | null {
    const waiting = this.#waiting.get(callerId) ?? null;
    this.#waiting.delete(callerId);
    return waiting;
  }

  #request(callerId: string, objectId: string | null, prompts: readonly Prompt[]): DecodeRequest {
    const { state } = this.session;
    const object = objectId === null ? null : objectOf(state, objectId);
    const added = prompts.map((prompt, i) => ({ ...prompt, id: `preview_${i}` }));
    const all = object ? withPrompts(object.prompts, added) : added;
    const base = object ? chainBefore(object, all) : [];
    const where = { imageId: state.imageId, keyPrefix: logitsKey(this.session.id, objectId ?? 'new') };
    return requestFor(where, base, { key: `preview/${callerId}`, prompts: all });
  }
}
