import { setTimeout as delay } from 'node:timers/promises';
import type { Inference } from '#src/inference/inference.js';
import { MaskwireError } from '../errors.js';
import { candidatesProduced, nextDecode, requestFor, stillWanted, type PendingDecode } from './decode.js';
import type { CandidatesProduced, DecodeFailed } from './events.js';
import type { Session } from './session.js';

/**
 * Decodes whatever a session's prompts wait for. Each object has one decode under way at most; what it decodes is
 * asked for when its batch starts, so prompts that come while it waits join it, and those that come while it runs make
 * the next one.
 */
export class DecodeReactor {
  readonly #underWay = new Set<string>();

  constructor(
    private readonly session: Session,
    private readonly inference: Inference,
    private readonly report: (error: unknown) => void,
  ) {}

  /** Whether a decode runs or waits. */
  get busy(): boolean {
    return this.#underWay.size > 0;
  }

  /** Starts the decodes that the newest state asks for and that are not under way. */
  react(): void {
    const { state } = this.session;
    if (state.status !== 'READY') return;
    for (const object of state.objects.values()) {
      if (!this.#underWay.has(object.id) && nextDecode(object) !== null) void this.#decode(object.id);
    }
  }

  async #decode(objectId: string): Promise<void> {
    this.#underWay.add(objectId);
    const again = await this.#answer(objectId);
    this.#underWay.delete(objectId);
    if (again) this.react();
  }

  /** Answers the object's prompts in the log. Answers whether there may be more to do. */
  async #answer(objectId: string): Promise<boolean> {
    const { session } = this;
    const current = () => nextDecode(session.state.objects.get(objectId));
    const taken: { decode: PendingDecode | null } = { decode: null };
    const take = () => {
      const decode = (taken.decode = current());
      if (decode === null) return null;
      const where = { imageId: session.state.imageId, keyPrefix: logitsKey(session.id, objectId) };
      return requestFor(where, decode.base, { key: String(decode.revision), prompts: decode.prompts });
    };
    try {
      const candidates = await this.inference.decode(session.state.modelId, { take });
      if (candidates !== null && taken.decode !== null) await this.#store(objectId, taken.decode, candidates);
      return true;
    } catch (error) {
      return this.#fail(objectId, taken.decode ?? current(), error);
    }
  }

  async #store(objectId: string, decode: PendingDecode, candidates: CandidatesProduced['candidates']): Promise<void> {
    await this.session.apply((state) => {
      const wanted = state.status !== 'CLOSED' && stillWanted(state.objects.get(objectId), decode);
      return wanted ? candidatesProduced(objectId, decode, candidates) : null;
    }, null);
  }

  async #fail(objectId: string, decode: PendingDecode | null, error: unknown): Promise<boolean> {
    if (!(error instanceof MaskwireError)) {
      this.report(error);
      return false;
    }
    // Stopping: the prompts are in the log, and the next start decodes them.
    if (error.code === 'UNAVAILABLE') return false;
    if (error.code === 'OVERLOADED') {
      await delay(Number(error.details['retryAfterMs'] ?? 100), undefined, { ref: false });
      return true;
    }
    if (decode === null) return true;
    const { code, message } = error;
    await this.session.apply((state): DecodeFailed | null => {
      const wanted = state.status !== 'CLOSED' && stillWanted(state.objects.get(objectId), decode);
      return wanted ? { type: 'DecodeFailed', objectId, revision: decode.revision, failure: { code, message } } : null;
    }, null);
    return true;
  }
}

/** What begins the keys of an object's logits: of the session and object, never of the image alone. */
export function logitsKey(sessionId: string, objectId: string): string {
  return `${sessionId}/${objectId}/`;
}
