import { Worker } from 'node:worker_threads';
import { MaskwireError } from '#src/errors.js';
import type { RepresentationAnswer, RepresentationTask } from './representationsWorker.js';

/** Tasks that may wait for the worker, beside the one that runs; further ones answer OVERLOADED. */
export const MAX_WAITING_REPRESENTATIONS = 256;
/** What OVERLOADED says: about the time that a full queue of large masks takes. */
const RETRY_AFTER_MS = 1000;
/** How often a task is given to a worker: once more after the first one died. */
const MAX_ATTEMPTS = 2;

type Answered = Exclude<RepresentationAnswer, { kind: 'refused' }>;

interface Job {
  readonly task: RepresentationTask;
  readonly resolve: (answer: Answered) => void;
  readonly reject: (error: Error) => void;
  attempts: number;
}

/**
 * Runs tasks in one worker thread, one by one in their order. The worker starts with the first task, starts again after
 * it died, and keeps the process alive only while a task runs.
 */
export class RepresentationsQueue {
  private worker: Worker | null = null;
  private running: Job | null = null;
  private readonly waiting: Job[] = [];
  private closed = false;

  /**
   * @throws MaskwireError OVERLOADED where the queue is full, UNAVAILABLE after `close`, and whatever the mask is refused
   *   for; Error where the worker died of the task twice.
   */
  run(task: RepresentationTask): Promise<Answered> {
    if (this.closed) return Promise.reject(stopping());
    if (this.waiting.length >= MAX_WAITING_REPRESENTATIONS) {
      return Promise.reject(
        new MaskwireError(
          'OVERLOADED',
          `At most ${MAX_WAITING_REPRESENTATIONS} forms of masks may wait to be computed, and so many do.`,
          { retryAfterMs: RETRY_AFTER_MS },
        ),
      );
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ task, resolve, reject, attempts: 0 });
      this.runNext();
    });
  }

  /** Refuses whatever waits or runs with UNAVAILABLE and ends the worker. */
  async close(): Promise<void> {
    this.closed = true;
    const { worker, running } = this;
    this.worker = null;
    this.running = null;
    running?.reject(stopping());
    for (const job of this.waiting.splice(0)) job.reject(stopping());
    await worker?.terminate();
  }

  private runNext(): void {
    if (this.running) return;
    const job = this.waiting.shift();
    if (!job) {
      this.worker?.unref();
      return;
    }
    this.running = job;
    job.attempts++;
    this.worker ??= this.start();
    this.worker.ref();
    this.worker.postMessage(job.task);
  }

  private start(): Worker {
    const worker = new Worker(new URL('./representationsWorker.js', import.meta.url));
    let cause: unknown;
    worker.on('message', (answer: RepresentationAnswer) => {
      if (worker === this.worker) this.settle(answer);
    });
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => {
      if (worker === this.worker) this.restart(cause);
    });
    return worker;
  }

  private settle(answer: RepresentationAnswer): void {
    const job = this.running;
    this.running = null;
    if (answer.kind === 'refused') job?.reject(new MaskwireError(answer.code, answer.message, answer.details));
    else job?.resolve(answer);
    this.runNext();
  }

  private restart(cause: unknown): void {
    const job = this.running;
    this.worker = null;
    this.running = null;
    if (job && job.attempts < MAX_ATTEMPTS) this.waiting.unshift(job);
    else job?.reject(new Error(`The worker for mask forms died ${MAX_ATTEMPTS} times of one task.`, { cause }));
    this.runNext();
  }
}

function stopping(): MaskwireError {
  return new MaskwireError('UNAVAILABLE', 'The server is stopping.');
}
