import { join } from 'node:path';
import type { ModelFiles } from '#src/models/manifest.js';
import { Batches } from './batching.js';
import { EncodeQueue } from './encodeQueue.js';
import type {
  Candidate,
  DecodeJob,
  DecodeRequest,
  EncodeProgress,
  Inference,
  ModelDescriptor,
  ModelLoading,
} from './inference.js';
import { InferenceProcess, ProcessLostError } from './inferenceProcess.js';
import type { InferenceLimits } from './limits.js';
import { ModelLoads } from './modelLoads.js';
import { ModelMemory } from './modelMemory.js';
import type { InferenceObserver } from './observer.js';
import { describeModel } from './openModel.js';
import type { CallName, Calls, DecodeOutcome } from './process/protocol.js';
import { asError, inferenceFailed, overloaded, unavailable } from './failures.js';
import { RecentMean } from './recentMean.js';
import { relevantSteps } from './steps.js';

/** How often a decode fetches its embedding before it gives up: it may be evicted again before the decode's turn. */
const MAX_FETCHES = 3;

export interface SupervisorOptions {
  /** From `readModels`: the default model first. */
  readonly models: readonly ModelFiles[];
  /** Path of the image's file, upright 8-bit sRGB. */
  readonly imagePath: (imageId: string) => string | Promise<string>;
  /** Embeddings are kept in its sub-folder `embeddings`. */
  readonly dataFolder: string;
  readonly limits: InferenceLimits;
  readonly observer: InferenceObserver;
}

/** A job whose request was taken: from then on it keeps that request, whatever has to be done again. */
interface TakenJob {
  readonly job: DecodeJob;
  request: DecodeRequest | null | undefined;
}

/** Candidates, null where nothing was left to decode, or the wish for an embedding. */
type BatchResult = readonly Candidate[] | null | 'missing';

/** Runs models in a child process that it keeps alive: callers see a crash as latency. */
export class InferenceSupervisor implements Inference {
  readonly models: readonly ModelDescriptor[];
  private readonly process: InferenceProcess;
  private readonly loads = new ModelLoads();
  private readonly memory: ModelMemory;
  private readonly encodes: EncodeQueue;
  private readonly batches: Batches<TakenJob, BatchResult>;
  private readonly recentBatchMs = new RecentMean(50);
  private queuedDecodes = 0;
  private closed = false;

  /** Starts the process at once; until it is ready, calls wait. */
  constructor(private readonly options: SupervisorOptions) {
    const { models, dataFolder, limits, observer } = options;
    this.models = models.map(describeModel);
    this.memory = new ModelMemory({
      models,
      maxBytes: limits.modelMemoryBytes,
      idleMs: limits.modelIdleMs,
      unload: (modelId) => this.process.unload(modelId),
      waits: (modelId, waiting) => this.loads.waits(modelId, waiting),
    });
    const config = { models, limits, embeddingsFolder: join(dataFolder, 'embeddings') };
    this.process = new InferenceProcess(config, observer, this.loads);
    this.encodes = new EncodeQueue(
      {
        load: (imageId, modelId) => this.load(imageId, modelId),
        encode: (imageId, modelId, began) => this.encodeNow(imageId, modelId, began),
        depthChanged: () => this.tellDepth(),
      },
      limits.maxQueuedEncodes,
    );
    this.batches = new Batches(limits.maxBatchSize, (modelId, jobs) => this.runBatch(modelId, jobs));
  }

  get ready(): boolean {
    return this.process.ready;
  }

  /** Of the child process; undefined while there is none. */
  get pid(): number | undefined {
    return this.process.pid;
  }

  async encode(imageId: string, modelId: string, onProgress?: (progress: EncodeProgress) => void): Promise<void> {
    this.assertModel(modelId);
    await this.encodes.encode(imageId, modelId, onProgress);
  }

  admitEncode(imageId: string, modelId: string): () => void {
    return this.encodes.admit(imageId, modelId);
  }

  assertDecodeCapacity(): void {
    const { maxQueuedDecodes, maxBatchSize } = this.options.limits;
    if (this.queuedDecodes < maxQueuedDecodes) return;
    const drainMs = Math.ceil(this.queuedDecodes / maxBatchSize) * this.recentBatchMs.value;
    throw overloaded('decodes', 'maxQueuedDecodes', maxQueuedDecodes, drainMs);
  }

  async decode(modelId: string, job: DecodeJob): Promise<readonly Candidate[] | null> {
    if (this.closed) throw unavailable();
    this.assertModel(modelId);
    this.assertDecodeCapacity();
    this.changeQueuedDecodes(1);
    try {
      const taken: TakenJob = { job, request: undefined };
      return await this.decodeFetching(modelId, taken, () => this.batches.run(modelId, taken));
    } finally {
      this.changeQueuedDecodes(-1);
    }
  }

  modelLoading(modelId: string): ModelLoading | null {
    return this.loads.of(modelId);
  }

  onModelLoading(modelId: string, listener: () => void): () => void {
    return this.loads.onChange(modelId, listener);
  }

  forget(keyPrefix: string): void {
    this.process.forget(keyPrefix);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.encodes.close();
    this.batches.releaseAll();
    this.memory.close();
    await this.process.close();
  }

  /**
   * Decodes; where the embedding is gone, fetches it and decodes again. It is fetched outside of any batch, so that it
   * holds up nobody else.
   */
  private async decodeFetching(
    modelId: string,
    taken: Pick<TakenJob, 'request'>,
    decodeOnce: () => Promise<BatchResult | Error>,
  ): Promise<readonly Candidate[] | null> {
    for (let fetches = 0; fetches <= MAX_FETCHES; fetches++) {
      const result = await decodeOnce();
      if (result instanceof Error) throw result;
      if (result !== 'missing') return result;
      if (taken.request) await this.encodes.encode(taken.request.imageId, modelId);
    }
    throw inferenceFailed('The memory for embeddings is too small for what is in use at once.');
  }

  private async runBatch(modelId: string, jobs: readonly TakenJob[]): Promise<(BatchResult | Error)[]> {
    if (this.closed) return jobs.map(unavailable);
    const results: (BatchResult | Error)[] = jobs.map(takeRequest);
    const requested = jobs.flatMap(({ request }, index) => (request ? [{ index, request }] : []));
    if (requested.length === 0) return results;
    const answers = await this.decodeTogether(
      modelId,
      requested.map(({ request }) => request),
    );
    answers.forEach((answer, i) => (results[requested[i]?.index ?? -1] = answer));
    return results;
  }

  /** All at once; where the process dies of it, each alone once more, so that a poisonous one fails by itself. */
  private async decodeTogether(modelId: string, all: readonly DecodeRequest[]): Promise<(BatchResult | Error)[]> {
    const { decodeTimeoutMs, maxReplayedSteps } = this.options.limits;
    const requests = all.map((request) => ({ ...request, steps: relevantSteps(request.steps, maxReplayedSteps) }));
    try {
      return this.resultsOf(await this.call('decode', { modelId, requests }, decodeTimeoutMs));
    } catch (error) {
      if (!(error instanceof ProcessLostError)) return requests.map(() => asError(error));
    }
    const results: (BatchResult | Error)[] = [];
    for (const request of requests) {
      const decodeAlone = async () => {
        const answer = await this.callAlone('decode', { modelId, requests: [request] }, decodeTimeoutMs);
        return this.resultsOf(answer)[0] ?? null;
      };
      // The new process has no embeddings. They are fetched here, so that the suspects do not meet in a batch again.
      results.push(await this.decodeFetching(modelId, { request }, decodeAlone).catch(asError));
    }
    return results;
  }

  private resultsOf({ outcomes, ms }: Calls['decode']['answer']): (BatchResult | Error)[] {
    const { observer } = this.options;
    const batchSize = outcomes.filter(({ kind }) => kind !== 'missing').length;
    if (batchSize > 0) {
      this.recentBatchMs.add(ms);
      observer.decoded({ batchSize, ms });
    }
    return outcomes.map((outcome: DecodeOutcome) => {
      switch (outcome.kind) {
        case 'missing':
          return 'missing';
        case 'failed':
          return this.process.errorOf(outcome.error);
        case 'candidates':
          observer.cacheHit('memory');
          return outcome.candidates;
      }
    });
  }

  private async load(imageId: string, modelId: string): Promise<boolean> {
    const { found } = await this.callTwice('load', { modelId, imageId }, this.options.limits.decodeTimeoutMs);
    this.options.observer.cacheHit(found);
    return found !== 'miss';
  }

  private async encodeNow(imageId: string, modelId: string, began: () => void): Promise<void> {
    const path = await this.options.imagePath(imageId);
    const { encodeTimeoutMs } = this.options.limits;
    const { ms } = await this.callTwice('encode', { modelId, imageId, path }, encodeTimeoutMs, began);
    this.options.observer.encoded(ms);
  }

  private call<Name extends CallName>(
    name: Name,
    request: Calls[Name]['request'],
    timeoutMs: number,
    alone = false,
    began?: () => void,
  ): Promise<Calls[Name]['answer']> {
    return this.memory.use(request.modelId, () => this.process.call(name, request, timeoutMs, alone, began));
  }

  private async callTwice<Name extends CallName>(
    name: Name,
    request: Calls[Name]['request'],
    timeoutMs: number,
    began?: () => void,
  ): Promise<Calls[Name]['answer']> {
    try {
      return await this.call(name, request, timeoutMs, false, began);
    } catch (error) {
      if (!(error instanceof ProcessLostError)) throw error;
      return this.callAlone(name, request, timeoutMs, began);
    }
  }

  /** The second and last try of what a crash interrupted. */
  private async callAlone<Name extends CallName>(
    name: Name,
    request: Calls[Name]['request'],
    timeoutMs: number,
    began?: () => void,
  ): Promise<Calls[Name]['answer']> {
    try {
      return await this.call(name, request, timeoutMs, true, began);
    } catch (error) {
      if (!(error instanceof ProcessLostError)) throw error;
      throw inferenceFailed(`The model process ended twice on this input: ${error.message}.`);
    }
  }

  private assertModel(modelId: string): void {
    if (this.models.some(({ id }) => id === modelId)) return;
    throw new Error(`expected one of the models ${this.models.map(({ id }) => id).join(', ')}, but got "${modelId}".`);
  }

  private changeQueuedDecodes(by: number): void {
    this.queuedDecodes += by;
    this.tellDepth();
  }

  private tellDepth(): void {
    this.options.observer.queueDepth({ encodes: this.encodes.depth, decodes: this.queuedDecodes });
  }
}

/** Asks what to decode, the first time; what is left to answer without decoding is null or an error. */
function takeRequest(taken: TakenJob): null | Error {
  try {
    if (taken.request === undefined) taken.request = taken.job.take();
    return null;
  } catch (error) {
    return asError(error);
  }
}
