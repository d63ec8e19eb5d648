// Holds the embeddings and the logits of earlier steps, and decodes batches.
import { LRUCache } from 'lru-cache';
import { EmbeddingFiles } from '../embeddingFiles.js';
import type { DecodeStep } from '../inference.js';
import type { Embedding } from '../model.js';
import { decodeSteps, StepMasks } from '../steps.js';
import { toWire, type Call, type Calls, type DecodeOutcome } from './protocol.js';
import { config, defaultModelId, embeddingFolder, fail, Models, serve, tell } from './thread.js';

const { limits } = config;
const models = new Models('decoder', limits.decoderThreads);
const files = new EmbeddingFiles(config.embeddingsFolder, limits.embeddingDiskBytes);
const stepMasks = new StepMasks(limits.logitsMemoryBytes);
const embeddings = new LRUCache<string, Embedding>({
  maxSize: limits.embeddingMemoryBytes,
  sizeCalculation: ({ tensors }) => Object.values(tensors).reduce((bytes, { data }) => bytes + data.byteLength, 0),
});

await models.get(defaultModelId());
serve(async (message) => {
  if (message.type === 'forget') {
    stepMasks.forget(message.keyPrefix);
  } else if (message.type === 'unload') {
    await models.unload(message.modelId);
  } else if (message.type === 'encoded') {
    embeddings.set(keyOf(message.modelId, message.imageId), message.embedding);
    tell({ type: 'answer', id: message.id, answer: { ms: message.ms } });
  } else {
    try {
      tell({ type: 'answer', id: message.call.id, answer: await answer(message.call) });
    } catch (error) {
      fail(message.call.id, error);
    }
  }
});

function answer(call: Call): Promise<Calls['decode']['answer']> | Calls['load']['answer'] {
  if (call.call === 'decode') return decode(call.request);
  if (call.call === 'load') return load(call.request);
  throw new Error(`expected load or decode, but got ${call.call}.`);
}

function load({ modelId, imageId }: Calls['load']['request']): Calls['load']['answer'] {
  const key = keyOf(modelId, imageId);
  if (embeddings.get(key)) return { found: 'memory' };
  const embedding = files.read({ modelFolder: embeddingFolder(modelId), imageId });
  if (embedding === null) return { found: 'miss' };
  embeddings.set(key, embedding);
  return { found: 'disk' };
}

async function decode({ modelId, requests }: Calls['decode']['request']): Promise<Calls['decode']['answer']> {
  const begin = performance.now();
  const outcomes = requests.map((): DecodeOutcome => ({ kind: 'missing' }));
  const found: { index: number; embedding: Embedding; steps: readonly DecodeStep[] }[] = [];
  requests.forEach(({ imageId, steps }, index) => {
    const embedding = embeddings.get(keyOf(modelId, imageId));
    if (embedding) found.push({ index, embedding, steps });
  });
  const results = await decodeSteps(await models.get(modelId), stepMasks, found);
  results.forEach((result, i) => {
    outcomes[found[i]?.index ?? -1] =
      result instanceof Error ? { kind: 'failed', error: toWire(result) } : { kind: 'candidates', candidates: result };
  });
  return { outcomes, ms: performance.now() - begin };
}

function keyOf(modelId: string, imageId: string): string {
  return `${modelId}/${imageId}`;
}
