import { Worker } from 'node:worker_threads';
import { MaskwireError } from '#src/errors.js';
import { FairQueue, type Place } from './fairQueue.js';
import type { RepresentationAnswer, RepresentationTask } from './representationsWorker.js';

/** What OVERLOADED says: a time in which the worker makes room for hundreds of forms. */
const RETRY_AFTER_MS = 1000;
/** How often a task is given to a worker: once more after the first one died. */
const MAX_ATTEMPTS = 2;

/** What the worker answers to a mask that it does not refuse. */
export type Answered = Exclude<RepresentationAnswer, { kind: 'refused' }>;

interface Job<R> {
  readonly key: string;
  readonly task: RepresentationTask;
  /** `performance.now()` when it was first asked for. */
  readonly asked: number;
  readonly waits: Set<Wait<R>>;
  attempts: number;
}

/** One caller of `run`, until it is answered. */
interface Wait<R> {
  readonly job: Job<R>;
  readonly resolve: (result: R) => void;
  readonly reject: (error: Error) => void;
  /** Null while its job runs. */
  place: Place<Wait<R>> | null;
}

export interface RepresentationsQueueOptions<R> {
  /** Calls of `run` that may wait at one time, beside those whose task runs. */
  readonly maxWaiting: number;
  /** Makes of the worker's answer what all who wait for it get. */
  readonly finish: (answer: Answered, job: Pick<Job<R>, 'key' | 'task' | 'asked'>) => R;
}

/**
 * Runs tasks in one worker thread, one at a time. Those who ask take turns, so that one who asks for thousands of forms
 * does not keep another from a single one; a task that several ask for runs once, at the earliest of their turns. The
 * worker starts with the first task, starts again after it died, and keeps the process alive only while a task runs.
 */
export class RepresentationsQueue<R> {
  private worker: Worker | null = null;
  private running: Job<R> | null = null;
  private readonly jobs = new Map<string, Job<R>>();
  private readonly waiting = new FairQueue<Wait<R>>();
  private closed = false;

  constructor(private readonly options: RepresentationsQueueOptions<R>) {}

  /** Calls of `run` that wait now. */
  get length(): number {
    return this.waiting.length;
  }

  /**
   * @param key the same for the same task.
   * @param asker whose turn is used, compared by identity.
   * @throws MaskwireError OVERLOADED where more than `maxWaiting` wait and this asker has most of them, UNAVAILABLE after
   *   `close`, and whatever the mask is refused for; Error where the worker died of the task twice.
   */
  run(key: string, task: RepresentationTask, asker: object): Promise<R> {
    if (this.closed) return Promise.reject(stopping());
    let job = this.jobs.get(key);
    if (!job) {
      job = { key, task, asked: performance.now(), waits: new Set(), attempts: 0 };
      this.jobs.set(key, job);
    }
    return this.wait(job, asker);
  }

  /** Refuses whatever waits or runs with UNAVAILABLE and ends the worker. */
  async close(): Promise<void> {
    this.closed = true;
    const { worker } = this;
    this.worker = null;
    this.running = null;
    for (const job of this.jobs.values()) this.end(job, ({ reject }) => reject(stopping()));
    await worker?.terminate();
  }

  private wait(job: Job<R>, asker: object): Promise<R> {
    return new Promise((resolve, reject) => {
      const wait: Wait<R> = { job, resolve, reject, place: null };
      job.waits.add(wait);
      if (job === this.running) return;
      wait.place = this.waiting.add(asker, wait);
      if (!this.running) this.runNext();
      else if (this.waiting.length > this.options.maxWaiting) this.refuseOne();
    });
  }

  /** Makes room at the cost of whoever has asked for most, so that the few forms of others are never refused for it. */
  private refuseOne(): void {
    const wait = this.waiting.newestOfLongest();
    if (!wait) return;
    this.leave(wait);
    const { job } = wait;
    job.waits.delete(wait);
    if (job.waits.size === 0) this.jobs.delete(job.key);
    const { maxWaiting } = this.options;
    wait.reject(
      new MaskwireError(
        'OVERLOADED',
        `At most ${maxWaiting} forms of masks may wait to be computed, and this operation asks for most of them: ` +
          'ask for fewer at a time, or wait.',
        { limit: 'maxWaitingMaskForms', retryAfterMs: RETRY_AFTER_MS },
      ),
    );
  }

  private runNext(): void {
    const job = this.waiting.next()?.job;
    if (!job) {
      this.worker?.unref();
      return;
    }
    for (const wait of job.waits) this.leave(wait);
    this.begin(job);
  }

  private begin(job: Job<R>): void {
    this.running = job;
    job.attempts++;
    this.worker ??= this.start();
    this.worker.ref();
    this.worker.postMessage(job.task);
  }

  private leave(wait: Wait<R>): void {
    if (wait.place) this.waiting.remove(wait.place);
    wait.place = null;
  }

  /** The job is over for all who wait for it. */
  private end(job: Job<R>, tell: (wait: Wait<R>) => void): void {
    this.jobs.delete(job.key);
    for (const wait of job.waits) {
      this.leave(wait);
      tell(wait);
    }
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
    // The worker goes on before its answer is told: telling takes time.
    this.runNext();
    if (!job) return;
    if (answer.kind === 'refused') {
      const { code, message, details } = answer;
      this.end(job, ({ reject }) => reject(new MaskwireError(code, message, details)));
    } else {
      const result = this.options.finish(answer, job);
      this.end(job, ({ resolve }) => resolve(result));
    }
  }

  private restart(cause: unknown): void {
    const job = this.running;
    this.worker = null;
    if (job && job.attempts < MAX_ATTEMPTS) {
      this.begin(job);
      return;
    }
    this.running = null;
    if (job) {
      const fault = new Error(`The worker for mask forms died ${MAX_ATTEMPTS} times of one task.`, { cause });
      this.end(job, ({ reject }) => reject(fault));
    }
    this.runNext();
  }
}

function stopping(): MaskwireError {
  return new MaskwireError('UNAVAILABLE', 'The server is stopping.');
}
