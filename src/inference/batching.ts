import DataLoader from 'dataloader';

/**
 * Releases batches one at a time, first come first served, over all loaders that share the decoder: at once when it is
 * idle, otherwise when the running batch ends. So an idle decoder adds no delay, and a busy one is given everything that
 * came in the meantime.
 */
class BatchGate {
  private readonly waiting: (() => void)[] = [];
  private busy = false;

  /** For DataLoader's `batchScheduleFn`. The turn of the event loop that fills a batch may end before it starts. */
  readonly schedule = (start: () => void): void => {
    this.waiting.push(start);
    setImmediate(() => this.releaseNext());
  };

  readonly batchEnded = (): void => {
    this.busy = false;
    this.releaseNext();
  };

  /** Starts all that waits, side by side: for batches that only have to be refused. */
  releaseAll(): void {
    for (const start of this.waiting.splice(0)) start();
  }

  private releaseNext(): void {
    if (this.busy) return;
    const start = this.waiting.shift();
    if (start === undefined) return;
    this.busy = true;
    start();
  }
}

/** Runs one batch for a model; answers in the order of the jobs, an Error for each that failed. Must not throw. */
export type RunBatch<Job, Result> = (modelId: string, jobs: readonly Job[]) => Promise<(Result | Error)[]>;

/** Collects jobs into batches, per model; batches of all models run one at a time. */
export class Batches<Job, Result> {
  private readonly gate = new BatchGate();
  private readonly loaders = new Map<string, DataLoader<Job, Result>>();

  constructor(
    private readonly maxBatchSize: number,
    private readonly runBatch: RunBatch<Job, Result>,
  ) {}

  /** Runs the job in the next batch of its model that has room. */
  run(modelId: string, job: Job): Promise<Result> {
    let loader = this.loaders.get(modelId);
    if (loader === undefined) {
      loader = this.newLoader(modelId);
      this.loaders.set(modelId, loader);
    }
    return loader.load(job);
  }

  /** Starts all waiting batches at once, without waiting for the running one. */
  releaseAll(): void {
    this.gate.releaseAll();
  }

  private newLoader(modelId: string): DataLoader<Job, Result> {
    return new DataLoader<Job, Result>(
      (jobs) => this.runBatch(modelId, jobs).finally(this.gate.batchEnded),
      // Results belong to one object's prompts of one moment: there is nothing to share between calls.
      { cache: false, maxBatchSize: this.maxBatchSize, batchScheduleFn: this.gate.schedule },
    );
  }
}
