import type { Logger } from 'pino';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { InferenceObserver } from '#src/inference/observer.js';
import type { RepresentationKind } from '#src/masks/representations.js';
import type { SessionObserver } from '#src/sessions/sessions.js';
import type { Metrics } from './metrics.js';

const seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];

/** Shows in `/metrics` and the log what inference tells of itself. */
export function observeInference({ registry }: Metrics, log: Logger): InferenceObserver {
  const registers = [registry];
  const encodes = new Histogram({
    name: 'maskwire_encode_seconds',
    help: 'Time to encode one image.',
    buckets: [...seconds, 60, 120],
    registers,
  });
  const decodes = new Histogram({
    name: 'maskwire_decode_batch_seconds',
    help: 'Time to decode one batch of prompts.',
    buckets: seconds,
    registers,
  });
  const batchSizes = new Histogram({
    name: 'maskwire_decode_batch_size',
    help: 'Decodes that ran together.',
    buckets: [1, 2, 4, 8, 16, 32, 64],
    registers,
  });
  const queue = new Gauge({
    name: 'maskwire_inference_queue',
    help: 'Encodes and decodes that were asked for and are not answered yet.',
    labelNames: ['kind'],
    registers,
  });
  const lookups = new Counter({
    name: 'maskwire_embedding_lookups_total',
    help: 'Where an embedding that was needed was found; a miss is an encode.',
    labelNames: ['found'],
    registers,
  });
  const restarts = new Counter({
    name: 'maskwire_inference_restarts_total',
    help: 'Unexpected ends of the inference process.',
    registers,
  });
  return {
    encoded: (milliseconds) => {
      encodes.observe(milliseconds / 1000);
      log.debug({ ms: Math.round(milliseconds) }, 'image encoded');
    },
    decoded: ({ batchSize, ms }) => {
      decodes.observe(ms / 1000);
      batchSizes.observe(batchSize);
    },
    modelLoaded: ({ modelId, part, ms }) => {
      log.info({ modelId, part, ms: Math.round(ms) }, 'model loaded');
    },
    modelUnloaded: (modelId) => {
      log.info({ modelId }, 'model left memory');
    },
    queueDepth: (depth) => {
      queue.set({ kind: 'encode' }, depth.encodes);
      queue.set({ kind: 'decode' }, depth.decodes);
    },
    cacheHit: (found) => lookups.inc({ found }),
    restarted: (reason) => {
      restarts.inc();
      log.error({ reason }, 'inference process ended; starting it again');
    },
    warned: (message) => log.warn(message),
  };
}

/** Shows in `/metrics` and the log what the sessions tell of themselves. */
export function observeSessions({ registry }: Metrics, log: Logger): SessionObserver {
  const appends = new Histogram({
    name: 'maskwire_log_append_seconds',
    help: 'Time to store one entry of the log of a session.',
    buckets: [0.0001, 0.0002, 0.0005, ...seconds],
    registers: [registry],
  });
  return {
    appended: (milliseconds) => appends.observe(milliseconds / 1000),
    failed: (sessionId, error) => log.error({ sessionId, err: error }, 'work in the background failed'),
  };
}

/** Shows in `/metrics` how long forms of masks take. */
export function observeRepresentations({
  registry,
}: Metrics): (kind: RepresentationKind, milliseconds: number) => void {
  const computed = new Histogram({
    name: 'maskwire_mask_representation_seconds',
    help: 'Time to compute one form of a mask, waiting included.',
    labelNames: ['kind'],
    buckets: seconds,
    registers: [registry],
  });
  return (kind, milliseconds) => computed.observe({ kind }, milliseconds / 1000);
}
