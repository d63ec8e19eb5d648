import { availableParallelism } from 'node:os';
import { z } from 'zod';

const MiB = 2 ** 20;
/** Half of the cores each, so that an encode and a decode beside each other do not starve the serving thread. */
const halfOfTheCores = Math.max(1, Math.floor(availableParallelism() / 2));

const count = z.int().min(1);
const bytes = z.int().min(16 * MiB);
const milliseconds = z.int().min(100).max(3_600_000);

/** What inference may use. Every bound has a name and a default; the server's configuration sets them. */
export const inferenceLimits = z.object({
  /** CPU threads of one encode. */
  encoderThreads: count.default(Math.min(8, halfOfTheCores)),
  /** CPU threads of one batch of decodes. */
  decoderThreads: count.default(Math.min(4, halfOfTheCores)),
  /** Decodes that run together. */
  maxBatchSize: count.max(64).default(16),
  /** Decodes that were asked for and are not answered yet; more answer OVERLOADED. */
  maxQueuedDecodes: count.default(512),
  /** Encodes that wait or run; more answer OVERLOADED. */
  maxQueuedEncodes: count.default(64),
  /** Steps of one object that are run again where their logits are gone. Older ones are taken as never made. */
  maxReplayedSteps: count.default(64),
  /** Memory for models in the inference process, twice the size of their files; the least recently used leave first. */
  modelMemoryBytes: bytes.default(6144 * MiB),
  /** Time without use after which a model that is not the default one leaves memory. */
  modelIdleMs: milliseconds.default(600_000),
  /** Memory for embeddings in the inference process; the least recently used go first. */
  embeddingMemoryBytes: bytes.default(512 * MiB),
  /** Memory for the logits of earlier steps in the inference process; the least recently used go first. */
  logitsMemoryBytes: bytes.default(128 * MiB),
  /** Disk for embeddings; the least recently used go first. */
  embeddingDiskBytes: bytes.default(4096 * MiB),
  /** How long a batch of decodes, or reading an embedding, may take before the process is taken for stuck and started again. */
  decodeTimeoutMs: milliseconds.default(30_000),
  /** The same for an encode. */
  encodeTimeoutMs: milliseconds.default(300_000),
  /** How long the process may take to load the default model, and how long requests wait for it. */
  startTimeoutMs: milliseconds.default(60_000),
});

export type InferenceLimits = z.infer<typeof inferenceLimits>;
