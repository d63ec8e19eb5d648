import { join } from 'node:path';
import { z } from 'zod';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from '#src/images/limits.js';
import { inferenceLimits, type InferenceLimits } from '#src/inference/limits.js';
import { DEFAULT_MAX_WAITING_FORMS, DEFAULT_REPRESENTATION_CACHE_BYTES } from '#src/masks/representations.js';
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from '#src/sessions/limits.js';

/** What documentation and `--help` say about a setting; the value itself is checked by its zod schema. */
export interface SettingNotes {
  readonly unit: string;
  /** What a value has to be, as an error message says it. */
  readonly expected: string;
  /** One line. */
  readonly meaning: string;
  /** What a caller or the operator sees when the limit is reached; empty for a setting that is no limit. */
  readonly atLimit: string;
}

type Described = Pick<SettingNotes, 'meaning'> & { readonly atLimit?: string };

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

function whole(unit: string, fallback: number, min: number, max: number, described: Described) {
  const expected = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number)
    .pipe(z.number().int().min(min).max(max))
    .default(fallback)
    .meta({ unit, expected, atLimit: '', ...described });
}

const byteUnits: Readonly<Record<string, number>> = { '': 1, KiB: KIB, MiB: MIB, GiB: GIB };

function bytes(fallback: number, min: number, max: number, described: Described) {
  const expected = `a number of bytes from ${min} to ${max}, like 65536, 64KiB, 8MiB or 1GiB`;
  return z
    .string()
    .regex(/^\d{1,16}(KiB|MiB|GiB)?$/)
    .transform((text) => parseInt(text, 10) * (byteUnits[text.replace(/^\d+/, '')] ?? 1))
    .pipe(z.number().int().min(min).max(max))
    .default(fallback)
    .meta({ unit: 'bytes', expected, atLimit: '', ...described });
}

function text(unit: string, expected: string, pattern: RegExp, fallback: string, described: Described) {
  return z
    .string()
    .regex(pattern)
    .default(fallback)
    .meta({ unit, expected, atLimit: '', ...described });
}

const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;
const inference = inferenceLimits.parse({});

/**
 * Every setting of the server: default, unit, meaning and what happens at the limit. `--help`, the names of the
 * environment variables and a test of docs/operations.md come from this table; nothing else defines a default.
 */
export const settings = z.object({
  port: whole('port', 4000, 0, 65535, { meaning: 'TCP port for HTTP and WebSocket; 0 takes a free one.' }),
  host: text('address', 'an IP address or a host name', /^[\w.:%-]{1,255}$/, '127.0.0.1', {
    meaning: 'Address to listen on; 0.0.0.0 lets other machines in.',
  }),
  data: text('path', 'the path of a folder', /^[^\0]{1,4096}$/, './data', {
    meaning: 'Folder of everything that is kept: images, the log of the sessions, embeddings.',
  }),
  models: text('path', 'the path of a folder', /^[^\0]{0,4096}$/, '', {
    meaning: 'Folder of models beside those that come with maskwire; empty: the folder models in the data folder.',
  }),
  model: text('id', 'the id of a model', /^[a-z0-9.-]{0,64}$/, '', {
    meaning: 'Model of the sessions that name none; empty: the one that comes with maskwire.',
  }),
  logLevel: text(
    'level',
    'one of trace, debug, info, warn, error, fatal, silent',
    /^(trace|debug|info|warn|error|fatal|silent)$/,
    'info',
    { meaning: 'Least severe level that is logged, as JSON lines on standard error.' },
  ),
  allowedOrigins: z
    .string()
    .regex(/^(https?:\/\/[^\s,/]+(,https?:\/\/[^\s,/]+)*)?$/)
    .transform((list) => list.split(',').filter((origin) => origin !== ''))
    .default([])
    .meta({
      unit: 'list',
      expected: 'origins separated by commas, like https://app.example.org,http://localhost:5173',
      meaning: 'Other origins whose pages may use the API from a browser; the own origin always may.',
      atLimit: 'WebSocket: HTTP 403. HTTP: no CORS headers, so the browser withholds the answer.',
    }),

  maxRequestBytes: bytes(MIB, KIB, 64 * MIB, {
    meaning: 'One GraphQL request: an HTTP body or a WebSocket message.',
    atLimit: 'HTTP: 413 TOO_LARGE. WebSocket: closed with 1009.',
  }),
  maxInlineImageBytes: bytes(512 * KIB, 0, 32 * MIB, {
    meaning: 'Image given as base64 in `openSession`, decoded. Has to fit in maxRequestBytes as base64.',
    atLimit: 'TOO_LARGE: upload it with PUT /images.',
  }),
  requestTimeoutMs: whole('ms', 300 * second, second, day, {
    meaning: 'Time in which a whole HTTP request, uploads included, has to arrive.',
    atLimit: 'HTTP 408; nothing of an upload is kept.',
  }),

  maxHttpConnections: whole('connections', 1024, 1, 1_000_000, {
    meaning: 'HTTP connections at one time; WebSockets have limits of their own.',
    atLimit: 'HTTP 503 OVERLOADED, but for health checks; beyond twice as many: cut.',
  }),

  maxSockets: whole('sockets', 512, 1, 65535, { meaning: 'WebSockets at one time.', atLimit: 'HTTP 503.' }),
  maxSocketsPerAddress: whole('sockets', 64, 1, 65535, {
    meaning: 'WebSockets from one address at one time. Behind a proxy all people share its address: raise it there.',
    atLimit: 'HTTP 429.',
  }),
  maxOperationsPerSocket: whole('operations', 64, 1, 10_000, {
    meaning: 'Operations that run on one WebSocket at one time, subscriptions included.',
    atLimit: 'OVERLOADED; the socket stays.',
  }),
  maxMessagesPerSecond: whole('messages', 500, 1, 1_000_000, {
    meaning: 'Messages a second from one WebSocket, protocol pings included, beside maxMessageBurst.',
    atLimit: 'OVERLOADED for operations.',
  }),
  maxMessageBurst: whole('messages', 2000, 1, 1_000_000, {
    meaning: 'Messages from one WebSocket that may come at once after a pause.',
    atLimit: 'OVERLOADED for operations; beyond twice as many: closed with 1008.',
  }),
  maxSocketBufferBytes: bytes(16 * MIB, 64 * KIB, GIB, {
    meaning: 'Bytes that wait to be read by one WebSocket client.',
    atLimit: 'The socket is cut; clients resume by cursor.',
  }),
  connectionInitTimeoutMs: whole('ms', 3 * second, 100, 10 * minute, {
    meaning: 'Time in which a WebSocket has to send `connection_init`.',
    atLimit: 'Closed with 4408.',
  }),
  socketPingMs: whole('ms', 4 * second, 10, 10 * minute, {
    meaning: 'Time between two pings of a WebSocket.',
  }),
  socketQuietMs: whole('ms', 10 * second, 20, day, {
    meaning: 'Time without any sign of life after which the person counts as away; the socket stays.',
    atLimit: '`presence` leaves the person out until an answer comes.',
  }),
  socketTimeoutMs: whole('ms', minute, 50, day, {
    meaning: 'Time without any sign of life after which a WebSocket is cut.',
    atLimit: 'The socket is cut.',
  }),

  maxQueryCharacters: whole('characters', 64 * KIB, KIB, 64 * MIB, {
    meaning: 'Text of a GraphQL document, without its variables.',
    atLimit: 'TOO_LARGE: put data into variables.',
  }),
  maxQueryTokens: whole('tokens', 1000, 100, 1_000_000, {
    meaning: 'Tokens of a GraphQL document.',
    atLimit: 'GRAPHQL_PARSE_FAILED.',
  }),
  maxQueryRepetition: whole('pairs', 30_000, 100, 1_000_000_000, {
    meaning: 'Sum, over the names in a document, of the square of how often each stands there.',
    atLimit: 'TOO_LARGE.',
  }),
  maxQueryDepth: whole('levels', 16, 1, 1000, {
    meaning: 'Nesting of a document; each fragment adds levels of its own. Introspection is not counted.',
    atLimit: 'GRAPHQL_VALIDATION_FAILED.',
  }),
  maxQueryCost: whole('points', 50_000, 100, 1_000_000_000, {
    meaning: 'Cost of a document: 1 for a value, 2 for an object, 1.5 times as much per level, times `first`.',
    atLimit: 'GRAPHQL_VALIDATION_FAILED.',
  }),
  maxQueryAliases: whole('aliases', 30, 0, 10_000, {
    meaning: 'Aliases in a document.',
    atLimit: 'GRAPHQL_VALIDATION_FAILED.',
  }),
  maxQueryDirectives: whole('directives', 50, 0, 10_000, {
    meaning: 'Directives in a document.',
    atLimit: 'GRAPHQL_VALIDATION_FAILED.',
  }),

  maxImageBytes: bytes(DEFAULT_IMAGE_LIMITS.maxImageBytes, KIB, 4 * GIB, {
    meaning: 'One uploaded image file.',
    atLimit: '413 TOO_LARGE.',
  }),
  maxImagePixels: whole('pixels', DEFAULT_IMAGE_LIMITS.maxImagePixels, 1, 1_000_000_000, {
    meaning: 'Width times height of one image.',
    atLimit: 'TOO_LARGE.',
  }),
  maxImageSide: whole('pixels', DEFAULT_IMAGE_LIMITS.maxImageSide, 1, 65_500, {
    meaning: 'Longer side of one image.',
    atLimit: 'TOO_LARGE.',
  }),
  ingestConcurrency: whole('images', DEFAULT_IMAGE_LIMITS.ingestConcurrency, 1, 64, {
    meaning: 'Uploads that are decoded at one time, each on one CPU thread.',
    atLimit: 'Further ones wait in ingestQueue.',
  }),
  ingestQueue: whole('images', DEFAULT_IMAGE_LIMITS.ingestQueue, 1, 10_000, {
    meaning: 'Uploads that are received or wait beside those that are decoded.',
    atLimit: '503 OVERLOADED.',
  }),
  imageDecodeTimeoutSeconds: whole('s', DEFAULT_IMAGE_LIMITS.decodeTimeoutSeconds, 1, 3600, {
    meaning: 'Time to decode and re-encode one uploaded image.',
    atLimit: 'IMAGE_REJECTED.',
  }),

  promptsPerCall: whole('prompts', DEFAULT_SESSION_LIMITS.promptsPerCall, 1, 64, {
    meaning: 'Prompts in one call of `addPrompts` or `preview`.',
    atLimit: 'BAD_USER_INPUT.',
  }),
  promptsPerObject: whole('prompts', DEFAULT_SESSION_LIMITS.promptsPerObject, 1, 100_000, {
    meaning: 'Prompts that an object has at one time.',
    atLimit: 'TOO_LARGE.',
  }),
  stepsPerObject: whole('steps', DEFAULT_SESSION_LIMITS.stepsPerObject, 1, 1_000_000, {
    meaning: 'Changes that an object remembers.',
    atLimit: 'TOO_LARGE.',
  }),
  objectsPerSession: whole('objects', DEFAULT_SESSION_LIMITS.objectsPerSession, 1, 100_000, {
    meaning: 'Objects made in a session, removed ones counted.',
    atLimit: 'TOO_LARGE.',
  }),
  eventsPerSession: whole('events', DEFAULT_SESSION_LIMITS.eventsPerSession, 10, 10_000_000, {
    meaning: "Entries in a session's log.",
    atLimit: 'TOO_LARGE.',
  }),
  participantsPerSession: whole('people', DEFAULT_SESSION_LIMITS.participantsPerSession, 1, 100_000, {
    meaning: 'People who ever acted in a session, and people in it at one time.',
    atLimit: 'TOO_LARGE.',
  }),
  sessionIdleMs: whole('ms', DEFAULT_SESSION_LIMITS.sessionIdleMs, 100, 365 * day, {
    meaning: 'Time without use after which a session leaves memory; its data stays and is read again when needed.',
  }),

  representationCacheBytes: bytes(DEFAULT_REPRESENTATION_CACHE_BYTES, 0, 1024 * GIB, {
    meaning: 'Memory for polygons, paths and PNGs of masks.',
    atLimit: 'The least recently used are computed again.',
  }),
  maxWaitingMaskForms: whole('forms', DEFAULT_MAX_WAITING_FORMS, 1, 100_000_000, {
    meaning: 'Polygons, paths and PNGs of masks that wait to be computed. Raise it with objectsPerSession.',
    atLimit: 'OVERLOADED for the operation that waits for most of them.',
  }),

  encoderThreads: whole('threads', 0, 0, 256, {
    meaning: 'CPU threads of one encode; 0: half of the cores, at most 8.',
  }),
  decoderThreads: whole('threads', 0, 0, 256, {
    meaning: 'CPU threads of one batch of decodes; 0: half of the cores, at most 4.',
  }),
  maxBatchSize: whole('decodes', inference.maxBatchSize, 1, 64, { meaning: 'Decodes that run together.' }),
  maxQueuedDecodes: whole('decodes', inference.maxQueuedDecodes, 1, 1_000_000, {
    meaning: 'Decodes that were asked for and are not answered yet.',
    atLimit: 'OVERLOADED.',
  }),
  maxQueuedEncodes: whole('encodes', inference.maxQueuedEncodes, 1, 1_000_000, {
    meaning: 'Encodes that wait or run.',
    atLimit: 'OVERLOADED.',
  }),
  maxReplayedSteps: whole('steps', inference.maxReplayedSteps, 1, 100_000, {
    meaning: 'Steps of one object that are decoded again where their logits are gone.',
    atLimit: 'Older steps are left out.',
  }),
  modelMemoryBytes: bytes(inference.modelMemoryBytes, 16 * MIB, 1024 * GIB, {
    meaning: 'Memory of the inference process for models, each counted as twice the size of its files.',
    atLimit: 'The least recently used leave; uses of others wait. A larger model: INFERENCE_FAILED.',
  }),
  modelIdleMs: whole('ms', inference.modelIdleMs, 100, 3600 * second, {
    meaning: 'Time without use after which a model that is not the default one leaves memory.',
    atLimit: 'It is loaded again on its next use.',
  }),
  embeddingMemoryBytes: bytes(inference.embeddingMemoryBytes, 16 * MIB, 1024 * GIB, {
    meaning: 'Memory of the inference process for embeddings.',
    atLimit: 'The least recently used are read from disk again.',
  }),
  logitsMemoryBytes: bytes(inference.logitsMemoryBytes, 16 * MIB, 1024 * GIB, {
    meaning: 'Memory of the inference process for the logits that refinement feeds back.',
    atLimit: "The least recently used are computed again from the object's steps.",
  }),
  embeddingDiskBytes: bytes(inference.embeddingDiskBytes, 16 * MIB, 1024 * 1024 * GIB, {
    meaning: 'Disk in the data folder for embeddings.',
    atLimit: 'The least recently used are deleted; the image is encoded again when needed.',
  }),
  decodeTimeoutMs: whole('ms', inference.decodeTimeoutMs, 100, 3600 * second, {
    meaning: 'Time of one batch of decodes, after which the inference process is taken for stuck.',
    atLimit: 'The process is started again.',
  }),
  encodeTimeoutMs: whole('ms', inference.encodeTimeoutMs, 100, 3600 * second, {
    meaning: 'Time of one encode, after which the inference process is taken for stuck.',
    atLimit: 'The process is started again.',
  }),
  startTimeoutMs: whole('ms', inference.startTimeoutMs, 100, 3600 * second, {
    meaning: 'Time in which the inference process has to load the default model.',
    atLimit: 'The process is started again.',
  }),

  graceMs: whole('ms', 10 * second, 0, 10 * minute, {
    meaning: 'Time that a stop leaves to running work.',
    atLimit: 'The process ends with status 1.',
  }),
});

export type Config = z.output<typeof settings>;

/** Where models are that were added to those of the package. */
export function addedModelsFolder({ models, data }: Config): string {
  return models === '' ? join(data, 'models') : models;
}

export function imageLimitsOf({ imageDecodeTimeoutSeconds, ...config }: Config): ImageLimits {
  return { ...config, decodeTimeoutSeconds: imageDecodeTimeoutSeconds };
}

export function sessionLimitsOf(config: Config): SessionLimits {
  return config;
}

/** Thread counts left at 0 follow the machine. */
export function inferenceLimitsOf({ encoderThreads, decoderThreads, ...config }: Config): InferenceLimits {
  return inferenceLimits.parse({
    ...config,
    ...(encoderThreads > 0 && { encoderThreads }),
    ...(decoderThreads > 0 && { decoderThreads }),
  });
}
