import { randomBytes } from 'node:crypto';
import type { SessionState } from './state.js';

const SESSION = /^ses_([0-9a-f]{24})$/;
const OBJECT = /^obj_([0-9a-f]{24})_\d+$/;

/** A new session's id: `ses_` and 96 random bits, so that it cannot be guessed. */
export function newSessionId(): string {
  return `ses_${randomBytes(12).toString('hex')}`;
}

export function isSessionId(id: string): boolean {
  return SESSION.test(id);
}

/** The session to which an object belongs, read from the object's id; null where the id is none of an object. */
export function sessionOfObject(objectId: string): string | null {
  const token = OBJECT.exec(objectId)?.[1];
  return token === undefined ? null : `ses_${token}`;
}

/** The id of an object made by the next event. Derived from the log's length, so two states agree on it. */
export function newObjectId(state: SessionState): string {
  return `obj_${token(state)}_${state.revision + 1}`;
}

/** The id of the i-th prompt of the next event. */
export function promptId(state: SessionState, i: number): string {
  return `prm_${token(state)}_${state.revision + 1}_${i}`;
}

/** The id of the step that the event of this revision made. */
export function stepId(state: SessionState, revision: number): string {
  return `stp_${token(state)}_${revision}`;
}

function token(state: SessionState): string {
  return state.id.slice('ses_'.length);
}
