// The server that maskwire is compared with: what one writes first. It has the same schema, models, mask geometry and
// GraphQL libraries, but each prompt is decoded alone, as it comes, in the thread that serves the sockets; sessions live
// in memory only, and subscribers are fed from a queue. Prints `naive ready <address>`.
import { createHash, randomUUID } from 'node:crypto';
import { EventEmitter, on } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { useServer } from 'graphql-ws/use/ws';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { WebSocketServer } from 'ws';
import { readRgb } from '#src/images/rgb.js';
import { inferenceLimits } from '#src/inference/limits.js';
import { openModel } from '#src/inference/openModel.js';
import { decodeSteps, StepMasks } from '#src/inference/steps.js';
import { pngDataUrl } from '#src/masks/png.js';
import { polygonsFromRuns } from '#src/masks/polygons.js';
import { decodeRle } from '#src/masks/rle.js';
import { readModels } from '#src/models/manifest.js';
import { executableSchema, readContract } from '#src/server/schema.js';

/**
 * @typedef {import('#src/inference/inference.js').Candidate} Candidate
 * @typedef {{ id: string, prompts: import('#src/inference/prompts.js').Prompt[], steps: import('#src/inference/inference.js').DecodeStep[] }} SegmentedObject
 * @typedef {{ id: string, embedding: import('#src/inference/model.js').Embedding, objects: Map<string, SegmentedObject>, updates: EventEmitter }} Session
 * @typedef {import('#src/masks/rle.js').Rle} Rle
 */

const folder = await mkdtemp(join(tmpdir(), 'naive-'));
const [files] = await readModels();
if (!files) throw new Error('There is no model.');
// The runtime's default, all cores, was measured to be the slower choice where they are not idle.
const model = openModel(files, inferenceLimits.parse({}).decoderThreads);
await model.open('encoder');
await model.open('decoder');
const stepMasks = new StepMasks(2 ** 27);
/** @type {Map<string, Session>} */
const sessions = new Map();

/** @param {string} id */
function sessionOf(id) {
  const session = sessions.get(id);
  if (!session) throw new Error(`There is no session ${id}.`);
  return session;
}

/** @param {{ input: { image: { id: string } } }} args */
async function openSession({ input }) {
  const embedding = await model.encode(
    await readRgb(join(folder, input.image.id), (original) => model.imageSize(original)),
  );
  const updates = new EventEmitter();
  /** @type {Session} */
  const session = { id: randomUUID(), embedding, objects: new Map(), updates };
  sessions.set(session.id, session);
  return { session: { id: session.id, status: 'READY' } };
}

/** @param {{ input: { sessionId: string, objectId?: string, prompts: { point: { x: number, y: number, label: 'FOREGROUND' | 'BACKGROUND' } }[] } }} args */
async function addPrompts({ input }) {
  const session = sessionOf(input.sessionId);
  const object = session.objects.get(input.objectId ?? '') ?? { id: randomUUID(), prompts: [], steps: [] };
  session.objects.set(object.id, object);
  for (const { point } of input.prompts) object.prompts.push({ kind: 'point', ...point });
  const revision = object.steps.length + 1;
  object.steps.push({ key: `${session.id}/${object.id}/${revision}`, prompts: [...object.prompts], selected: 0 });
  const request = { embedding: session.embedding, steps: [...object.steps] };
  const [candidates] = await decodeSteps(model, stepMasks, [request]);
  if (!candidates || candidates instanceof Error) throw candidates ?? new Error('Nothing was decoded.');
  const answered = { id: object.id, revision, candidatesRevision: revision };
  session.updates.emit('update', { object: answered, candidates });
  return { object: answered };
}

/** @param {AsyncIterable<any[]>} events */
async function* maskUpdates(events) {
  for await (const [{ object, candidates }] of events) {
    const indexed = candidates.map((/** @type {Candidate} */ candidate, /** @type {number} */ index) => ({
      ...candidate,
      index,
    }));
    yield { maskUpdates: { object, candidates: indexed } };
  }
}

const schema = executableSchema(readContract(), {
  Mutation: {
    openSession: (/** @type {unknown} */ _root, /** @type {Parameters<typeof openSession>[0]} */ args) =>
      openSession(args),
    addPrompts: (/** @type {unknown} */ _root, /** @type {Parameters<typeof addPrompts>[0]} */ args) =>
      addPrompts(args),
  },
  Subscription: {
    maskUpdates: {
      subscribe: (/** @type {unknown} */ _root, /** @type {{ sessionId: string }} */ { sessionId }) =>
        maskUpdates(on(sessionOf(sessionId).updates, 'update')),
    },
  },
  MaskCandidate: { mask: (/** @type {Candidate} */ { rle }) => rle },
  Mask: {
    rle: (/** @type {Rle} */ rle) => rle,
    polygons: (/** @type {Rle} */ rle, /** @type {{ tolerance: number }} */ { tolerance }) =>
      polygonsFromRuns(decodeRle(rle), tolerance),
    png: (/** @type {Rle} */ rle) => pngDataUrl(decodeRle(rle)),
  },
});

const registry = new Registry();
collectDefaultMetrics({ register: registry });

/** @param {import('node:http').IncomingMessage} request */
async function answer(request) {
  if (request.method !== 'PUT') return registry.metrics();
  const bytes = await buffer(request);
  const id = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(folder, id), bytes);
  return JSON.stringify({ id });
}

const server = createServer((request, response) => {
  answer(request).then(
    (body) => response.end(body),
    (error) => response.writeHead(500).end(String(error)),
  );
});
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`naive ready http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`);
});
process.on('SIGTERM', () => {
  void rm(folder, { recursive: true, force: true }).then(() => process.exit(0));
});
