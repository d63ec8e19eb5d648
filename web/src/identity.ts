import { Store } from './ui/store.js';
import { texts } from './texts.js';

/** Who sits at this browser, the same on every visit. */
export interface Identity {
  readonly id: string;
  readonly name: string;
}

export const MAX_NAME_LENGTH = 64;
const KEY = 'maskwire.identity';

export const identity = new Store<Identity>(load());

/** Takes effect with the next connection; an empty name is ignored. */
export function rename(name: string): void {
  const trimmed = name.trim().slice(0, MAX_NAME_LENGTH);
  if (trimmed === '') return;
  identity.set({ name: trimmed });
  save(identity.get());
}

function load(): Identity {
  const stored = read();
  if (stored) return stored;
  const id = crypto
    .getRandomValues(new Uint8Array(12))
    .reduce((hex, byte) => hex + byte.toString(16).padStart(2, '0'), '');
  const name = texts.guestNames[Number.parseInt(id.slice(0, 4), 16) % texts.guestNames.length] ?? id;
  const made = { id, name };
  save(made);
  return made;
}

function read(): Identity | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (typeof value !== 'object' || value === null || !('id' in value) || !('name' in value)) return null;
    const { id, name } = value;
    return typeof id === 'string' && typeof name === 'string' && id !== '' && name !== '' ? { id, name } : null;
  } catch {
    return null;
  }
}

function save(value: Identity): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(value));
  } catch {
    // Private windows may refuse storage: the identity then lasts as long as the page.
  }
}
