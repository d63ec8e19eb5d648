import { MaskwireClientError } from 'maskwire/client';
import { texts } from './texts.js';

/** What to tell a person about an error. */
export function describeError(error: unknown): string {
  if (error instanceof MaskwireClientError) {
    switch (error.code) {
      case 'OVERLOADED':
      case 'CONFLICT':
      case 'SESSION_CLOSED':
        return texts.errors[error.code];
      default:
        return error.message;
    }
  }
  return error instanceof Error && error.message !== '' ? error.message : texts.errors.unknown;
}
