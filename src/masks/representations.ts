import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { MaskwireError } from '#src/errors.js';
import { RepresentationsQueue, type Answered } from './representationsQueue.js';
import type { FlatRings } from './representationsWorker.js';
import type { Rle } from './rle.js';

/** Bytes of computed forms that are kept where no other budget is given. */
export const DEFAULT_REPRESENTATION_CACHE_BYTES = 64 * 2 ** 20;
/**
 * Forms that may wait to be computed where no other bound is given: seven times what a query needs that selects three
 * forms of three candidates of a thousand objects.
 */
export const DEFAULT_MAX_WAITING_FORMS = 65_536;
/** The largest tolerance of polygons and paths, in pixels. */
export const MAX_TOLERANCE = 100;

/** Rings as flat lists `[x0, y0, x1, y1, …]`, see `polygonsFromRuns`. */
export type Polygons = readonly (readonly number[])[];

export type RepresentationKind = keyof Forms;

interface Forms {
  readonly polygons: Polygons;
  readonly svgPath: string;
  readonly png: string | null;
}

export interface RepresentationsOptions {
  /** Budget for forms that are kept; a form larger than it is not kept. */
  readonly cacheBytes?: number;
  /** Forms that were asked for and wait to be computed, a form that several askers want counted for each. */
  readonly maxWaiting?: number;
  /** Told, for metrics, of each form that was computed and how long that took, waiting included. */
  readonly onComputed?: (kind: RepresentationKind, milliseconds: number) => void;
}

interface Cached {
  readonly form: Forms[keyof Forms];
  readonly bytes: number;
}

/**
 * The forms of masks that clients ask for, computed in a thread of their own, so that the thread which serves sockets
 * never does. A form is computed once for all who ask for it at the same time, and kept, least recently used forms
 * going first, within a budget of bytes. Answers are shared: they must not be changed.
 *
 * Every method takes an `asker`, any object that stands for whoever asks: askers take turns, so that one who asks for
 * much delays others by one form at a time. Beyond the bound of what may wait, the asker that has most waiting is refused.
 *
 * Every method throws MaskwireError BAD_USER_INPUT or TOO_LARGE for an RLE that `decodeRle` refuses, OVERLOADED with
 * `retryAfterMs` where too many forms wait to be computed, UNAVAILABLE after `close`; and another error where the worker
 * died twice of the same mask.
 */
export class MaskRepresentations {
  private readonly queue: RepresentationsQueue<Cached>;
  private readonly cache: LRUCache<string, Cached>;

  constructor(options: RepresentationsOptions = {}) {
    const { cacheBytes = DEFAULT_REPRESENTATION_CACHE_BYTES, maxWaiting = DEFAULT_MAX_WAITING_FORMS } = options;
    // The cache takes no budget of 0; in one of a single byte nothing finds room either.
    const maxSize = Math.max(1, cacheBytes);
    this.cache = new LRUCache({ maxSize, sizeCalculation: ({ bytes }, key) => bytes + key.length });
    this.queue = new RepresentationsQueue({
      maxWaiting,
      finish: (answer, { key, task, asked }) => {
        options.onComputed?.(task.kind, performance.now() - asked);
        const cached = cachedFrom(answer);
        this.cache.set(key, cached);
        return cached;
      },
    });
  }

  /** Forms that wait to be computed, a form that several askers want counted for each. */
  get waiting(): number {
    return this.queue.length;
  }

  /**
   * The outline, as `polygonsFromRuns` describes it.
   * @param tolerance pixels, 0 to `MAX_TOLERANCE`; else BAD_USER_INPUT.
   */
  async polygons(rle: Rle, tolerance: number, asker: object): Promise<Polygons> {
    assertTolerance(tolerance);
    return this.form('polygons', rle, tolerance, asker);
  }

  /**
   * The outline as an SVG path for `fill-rule: evenodd`.
   * @param tolerance pixels, 0 to `MAX_TOLERANCE`; else BAD_USER_INPUT.
   */
  async svgPath(rle: Rle, tolerance: number, asker: object): Promise<string> {
    assertTolerance(tolerance);
    return this.form('svgPath', rle, tolerance, asker);
  }

  /** Data URL of the PNG that `pngFromRuns` describes; null for an empty mask. */
  png(rle: Rle, asker: object): Promise<string | null> {
    return this.form('png', rle, 0, asker);
  }

  /** Ends the worker; whoever still waits gets UNAVAILABLE. */
  async close(): Promise<void> {
    this.cache.clear();
    await this.queue.close();
  }

  private async form<K extends keyof Forms>(kind: K, rle: Rle, tolerance: number, asker: object): Promise<Forms[K]> {
    const digest = createHash('sha256').update(rle.counts).digest('base64');
    const key = `${kind} ${tolerance} ${rle.size.join(' ')} ${digest}`;
    const cached = this.cache.get(key) ?? (await this.queue.run(key, { kind, rle, tolerance }, asker));
    // The key begins with the kind, so what is kept under it is of that kind.
    return cached.form as Forms[K];
  }
}

function cachedFrom(answer: Answered): Cached {
  return answer.kind === 'polygons'
    ? { form: unflatten(answer.rings), bytes: answer.rings.points.byteLength + answer.rings.ends.byteLength }
    : { form: answer.text, bytes: answer.text?.length ?? 0 };
}

function assertTolerance(tolerance: number): void {
  if (tolerance >= 0 && tolerance <= MAX_TOLERANCE) return;
  throw new MaskwireError('BAD_USER_INPUT', `tolerance must be 0 to ${MAX_TOLERANCE} pixels, got ${tolerance}.`);
}

function unflatten({ points, ends }: FlatRings): Polygons {
  let begin = 0;
  return Array.from(ends, (end) => {
    const ring = Array.from(points.subarray(begin, end));
    begin = end;
    return ring;
  });
}
