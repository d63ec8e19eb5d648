import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { openModel } from '../openModel.js';
import type { SegmentationModel } from '../model.js';
import { toWire, type EncodedImage, type FromProcess, type ThreadConfig, type ToThread } from './protocol.js';

if (parentPort === null) throw new Error('expected to run in a worker thread.');
const parent: MessagePort = parentPort;

export const { config, peer } = workerData as ThreadConfig;

export function tell(message: FromProcess): void {
  parent.postMessage(message);
}

/** Answers a call with an error. */
export function fail(id: number, error: unknown): void {
  tell({ type: 'error', id, error: toWire(error) });
}

/**
 * Handles messages from the process's main thread and from the other thread, one at a time. After `close` the thread
 * ends when what came before is done.
 */
export function serve(handle: (message: Exclude<ToThread, { type: 'close' }> | EncodedImage) => Promise<void>): void {
  let last = Promise.resolve();
  const receive = (message: ToThread | EncodedImage) => {
    last = last.then(() => {
      if (message.type !== 'close') return handle(message);
      parent.close();
      peer.close();
      return undefined;
    });
  };
  parent.on('message', receive);
  peer.on('message', receive);
  tell({ type: 'ready' });
}

/** The models by id, each opened when it is first asked for. */
export class Models {
  private readonly open = new Map<string, SegmentationModel>();

  /** @param part what this thread runs of them. */
  constructor(
    private readonly part: 'encoder' | 'decoder',
    private readonly threads: number,
  ) {}

  async get(id: string): Promise<SegmentationModel> {
    const loaded = this.open.get(id);
    if (loaded) return loaded;
    const what = { modelId: id, part: this.part };
    const begin = performance.now();
    tell({ type: 'loading', ...what });
    try {
      const model = openModel(filesOf(id), this.threads);
      await model.open(this.part);
      this.open.set(id, model);
      tell({ type: 'loaded', ...what, ms: performance.now() - begin });
      return model;
    } catch (error) {
      tell({ type: 'loadFailed', ...what });
      throw error;
    }
  }

  /** Gives a model's memory back; it is opened again when it is asked for. */
  async unload(id: string): Promise<void> {
    const model = this.open.get(id);
    this.open.delete(id);
    await model?.release();
  }
}

/** Names a model's folder of embeddings: changes with the bytes of the model. */
export function embeddingFolder(modelId: string): string {
  return `${modelId}-${filesOf(modelId).fingerprint}`;
}

/** The default model, which is loaded at the start. */
export function defaultModelId(): string {
  return (config.models[0] ?? filesOf('')).id;
}

function filesOf(id: string) {
  const files = config.models.find((model) => model.id === id);
  if (files === undefined)
    throw new Error(`expected one of ${config.models.map((m) => m.id).join(', ')}, but got ${id}.`);
  return files;
}
