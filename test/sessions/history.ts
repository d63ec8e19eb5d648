import fc from 'fast-check';
import type { Candidate } from '#src/inference/inference.js';
import { MaskwireError } from '#src/errors.js';
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
import { candidatesProduced, nextDecode } from '#src/sessions/decode.js';
import type { SessionEvent } from '#src/sessions/events.js';
import { DEFAULT_SESSION_LIMITS } from '#src/sessions/limits.js';
import type { Entry } from '#src/sessions/log.js';
import type { Participant } from '#src/sessions/participant.js';
import { emptyState, fold, visibleObjects, type SessionState } from '#src/sessions/state.js';

export const ADA: Participant = { id: 'ada', name: 'Ada' };
export const BO: Participant = { id: 'bo', name: 'Bo' };
const PEOPLE = [ADA, BO, { id: 'cy', name: 'Cy' }];

export const SESSION = 'ses_0123456789abcdef01234567';

/** Something that someone tries in a session; numbers are taken modulo what there is. */
export type Attempt =
  | { readonly kind: 'point' | 'box'; readonly who: number; readonly object: number; readonly at: number }
  | {
      readonly kind: 'removePrompt' | 'select' | 'accept' | 'remove';
      readonly who: number;
      readonly object: number;
      readonly at: number;
    }
  | { readonly kind: 'undo' | 'redo'; readonly who: number }
  | { readonly kind: 'decode'; readonly object: number };

const small = fc.nat({ max: 9 });
const who = fc.nat({ max: PEOPLE.length - 1 });

export const attempts: fc.Arbitrary<readonly Attempt[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('point', 'box'), who, object: small, at: small }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('removePrompt', 'select', 'accept', 'remove'),
        who,
        object: small,
        at: small,
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('undo', 'redo'), who }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('decode' as const), object: small }) },
  ),
  { maxLength: 60 },
);

/** A log in memory: what a session would have stored, and the state that it would have. */
export class History {
  readonly entries: Entry[] = [];
  state: SessionState = emptyState(SESSION);

  constructor() {
    const opened = { type: 'SessionOpened', title: '', modelId: 'm', imageId: 'i', width: 100, height: 80 } as const;
    this.store(opened, ADA);
    this.store({ type: 'SessionReady' }, null);
  }

  store(event: SessionEvent, actor: Participant | null): void {
    const cursor = String(this.entries.length + 1);
    const entry: Entry = {
      cursor,
      at: new Date(this.entries.length * 1000).toISOString(),
      actor,
      idempotencyKey: null,
      event,
    };
    this.entries.push(entry);
    this.state = fold(this.state, entry);
  }

  apply(command: Command<SessionEvent | null>, actor: Participant): SessionEvent | null {
    const event = command(this.state, DEFAULT_SESSION_LIMITS);
    if (event) this.store(event, actor);
    return event;
  }

  /** Answers the prompts of an object as a model would; answers whether there were any to answer. */
  decode(objectId: string, count = 3): boolean {
    const decode = nextDecode(this.state.objects.get(objectId));
    if (!decode) return false;
    this.store(candidatesProduced(objectId, decode, candidates(count)), null);
    return true;
  }

  /** Tries it; what a command refuses leaves no trace. */
  attempt(attempt: Attempt): void {
    try {
      this.#attempt(attempt);
    } catch (error) {
      if (!(error instanceof MaskwireError)) throw error;
    }
  }

  #attempt(attempt: Attempt): void {
    const objects = visibleObjects(this.state);
    const object = 'object' in attempt ? objects[attempt.object % (objects.length + 1)] : undefined;
    if (attempt.kind === 'decode') {
      if (object) this.decode(object.id, 1 + (attempt.object % 3));
      return;
    }
    const actor = PEOPLE[attempt.who] ?? ADA;
    const objectId = object?.id ?? '';
    switch (attempt.kind) {
      case 'point':
        this.apply(addPrompts(actor, { objectId: object?.id, prompts: [point(attempt.at)] }), actor);
        break;
      case 'box': {
        const box = { kind: 'box', x: attempt.at, y: 1, width: 5, height: 6 } as const;
        this.apply(addPrompts(actor, { objectId: object?.id, prompts: [box] }), actor);
        break;
      }
      case 'removePrompt': {
        const prompt = object?.prompts[attempt.at % Math.max(1, object.prompts.length)];
        this.apply(removePrompts({ objectId, promptIds: prompt && [prompt.id] }), actor);
        break;
      }
      case 'select':
        this.apply(selectCandidate({ objectId, index: attempt.at % 3 }), actor);
        break;
      case 'accept':
        this.apply(acceptObject({ objectId, label: `label ${attempt.at}` }), actor);
        break;
      case 'remove':
        this.apply(removeObject({ objectId }), actor);
        break;
      case 'undo':
        this.apply(undo(actor), actor);
        break;
      case 'redo':
        this.apply(redo(actor), actor);
        break;
    }
  }

  close(): void {
    this.apply(closeSession(), ADA);
  }
}

export function point(x: number, label: 'FOREGROUND' | 'BACKGROUND' = 'FOREGROUND') {
  return { kind: 'point', x, y: 2, label } as const;
}

function candidates(count: number): readonly Candidate[] {
  return Array.from({ length: count }, (_, i) => ({
    predictedIou: 0.9 - i / 10,
    stabilityScore: 0.9,
    area: 1,
    boundingBox: { x: i, y: 0, width: 1, height: 1 },
    rle: { size: [80, 100], counts: `0${i}` },
  }));
}
