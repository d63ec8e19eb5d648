import type { ImageStore } from '#src/images/ingest.js';
import type { Inference } from '#src/inference/inference.js';
import type { MaskRepresentations } from '#src/masks/representations.js';
import type { Liveness } from '#src/sessions/liveness.js';
import type { Participant } from '#src/sessions/participant.js';
import type { Sessions } from '#src/sessions/sessions.js';

/** What the whole server shares. Made once, at start. */
export interface Services {
  readonly sessions: Sessions;
  readonly images: ImageStore;
  readonly inference: Inference;
  readonly representations: MaskRepresentations;
  /** Limits that resolvers check themselves. */
  readonly limits: {
    /** Decoded bytes of an image given as base64. */
    readonly maxInlineImageBytes: number;
  };
}

/**
 * What a resolver knows about the operation that it serves. The transports make it; real authentication replaces only
 * the way in which they find `participant`.
 */
export interface Context extends Services {
  readonly participant: Participant;
  /** Stands in every log line of the operation. */
  readonly requestId: string;
  /** Of the WebSocket that carries the operation; absent over HTTP. */
  readonly connection?: Liveness;
}
