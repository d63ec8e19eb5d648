// Encodes image files, one at a time, and hands the embeddings to the decoder thread.
import { readRgb } from '#src/images/rgb.js';
import { EmbeddingFiles } from '../embeddingFiles.js';
import type { Embedding } from '../model.js';
import type { Calls, EncodedImage } from './protocol.js';
import { config, defaultModelId, embeddingFolder, fail, Models, peer, serve, tell } from './thread.js';

const models = new Models('encoder', config.limits.encoderThreads);
const files = new EmbeddingFiles(config.embeddingsFolder, config.limits.embeddingDiskBytes);

await models.get(defaultModelId());
serve(async (message) => {
  if (message.type === 'unload') await models.unload(message.modelId);
  if (message.type !== 'call' || message.call.call !== 'encode') return;
  const { id, request } = message.call;
  try {
    await encode(id, request);
  } catch (error) {
    fail(id, error);
  }
});

async function encode(id: number, { modelId, imageId, path }: Calls['encode']['request']): Promise<void> {
  const model = await models.get(modelId);
  tell({ type: 'encoding', id });
  const begin = performance.now();
  const embedding = await model.encode(await readRgb(path, (original) => model.imageSize(original)));
  const ms = performance.now() - begin;
  keep(modelId, imageId, embedding);
  const message: EncodedImage = { type: 'encoded', id, modelId, imageId, embedding, ms };
  peer.postMessage(
    message,
    Object.values(embedding.tensors).map(({ data }) => data.buffer as ArrayBuffer),
  );
}

/** Without the file, the image is encoded again after a restart: worth a warning, not a failure. */
function keep(modelId: string, imageId: string, embedding: Embedding): void {
  try {
    files.write({ modelFolder: embeddingFolder(modelId), imageId }, embedding);
  } catch (error) {
    tell({ type: 'warning', message: `The embedding of ${imageId} was not written to disk: ${String(error)}` });
  }
}
