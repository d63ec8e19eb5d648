import { parentPort } from 'node:worker_threads';
import { MaskwireError, type DomainErrorCode } from '#src/errors.js';
import { pngDataUrl } from './png.js';
import { polygonsFromRuns, svgPath } from './polygons.js';
import { decodeRle, type Rle } from './rle.js';

/** Asks for one form of one mask. `tolerance` is in pixels; a PNG ignores it. */
export interface RepresentationTask {
  readonly kind: 'polygons' | 'svgPath' | 'png';
  readonly rle: Rle;
  readonly tolerance: number;
}

/** Rings one after the other in one array; `ends` says, for each, after which number it ends. */
export interface FlatRings {
  readonly points: Float64Array<ArrayBuffer>;
  readonly ends: Int32Array<ArrayBuffer>;
}

export type RepresentationAnswer =
  | { readonly kind: 'polygons'; readonly rings: FlatRings }
  | { readonly kind: 'text'; readonly text: string | null }
  | {
      readonly kind: 'refused';
      readonly code: DomainErrorCode;
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    };

// A fault of ours is not caught: it ends the thread, and whoever waits learns of it.
parentPort?.on('message', (task: RepresentationTask) => {
  const answer = answerTo(task);
  const transfer = answer.kind === 'polygons' ? [answer.rings.points.buffer, answer.rings.ends.buffer] : [];
  parentPort?.postMessage(answer, transfer);
});

function answerTo({ kind, rle, tolerance }: RepresentationTask): RepresentationAnswer {
  try {
    const runs = decodeRle(rle);
    switch (kind) {
      case 'polygons':
        return { kind: 'polygons', rings: flatten(polygonsFromRuns(runs, tolerance)) };
      case 'svgPath':
        return { kind: 'text', text: svgPath(polygonsFromRuns(runs, tolerance)) };
      case 'png':
        return { kind: 'text', text: pngDataUrl(runs) };
    }
  } catch (error) {
    if (!(error instanceof MaskwireError)) throw error;
    return { kind: 'refused', code: error.code, message: error.message, details: error.details };
  }
}

function flatten(rings: readonly Int32Array[]): FlatRings {
  const points = new Float64Array(rings.reduce((sum, ring) => sum + ring.length, 0));
  const ends = new Int32Array(rings.length);
  let end = 0;
  rings.forEach((ring, i) => {
    points.set(ring, end);
    end += ring.length;
    ends[i] = end;
  });
  return { points, ends };
}
