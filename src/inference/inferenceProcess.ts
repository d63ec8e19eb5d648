import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MaskwireError } from '#src/errors.js';
import { AloneLock } from './aloneLock.js';
import type { ModelLoads } from './modelLoads.js';
import type { InferenceObserver } from './observer.js';
import type { CallName, Calls, FromProcess, ProcessConfig, ToProcess, WireError } from './process/protocol.js';
import { inferenceFailed, unavailable } from './failures.js';

const MAIN = fileURLToPath(new URL('process/main.js', import.meta.url));
/** Pauses before the first, second, … start after a crash; the last one stands for all that follow. */
const RESTART_DELAYS_MS = [0, 100, 500, 2_000, 5_000] as const;
/** A process that lived this long does not belong to a series of crashes. */
const STABLE_MS = 30_000;
/** How long the process may take to end once it has nothing left to do. */
const CLOSE_TIMEOUT_MS = 10_000;

/** The process ended before it answered: the call may have been the reason, or not. */
export class ProcessLostError extends Error {
  override readonly name = 'ProcessLostError';
}

interface PendingCall {
  resolve(answer: Calls[CallName]['answer']): void;
  reject(error: Error): void;
  /** See `call`. */
  readonly began: () => void;
  readonly timer: NodeJS.Timeout;
}

/** Starts the inference process, starts it again whenever it ends, and carries calls to it. */
export class InferenceProcess {
  private readonly lock = new AloneLock();
  private readonly pending = new Map<number, PendingCall>();
  private readonly waitingForStart = new Set<(refusal?: Error) => void>();
  private child: ChildProcess | undefined;
  private isReady = false;
  private startedAt = 0;
  private startTimer: NodeJS.Timeout | undefined;
  private restartTimer: NodeJS.Timeout | undefined;
  private restarts = 0;
  private lastId = 0;
  private killedBecause: string | undefined;
  private closing: Promise<void> | undefined;
  private idle: (() => void) | undefined;

  constructor(
    private readonly config: ProcessConfig,
    private readonly observer: InferenceObserver,
    private readonly loads: ModelLoads,
  ) {
    this.start();
  }

  /** Whether the models are loaded and calls are taken. */
  get ready(): boolean {
    return this.isReady && this.closing === undefined;
  }

  /** Undefined while there is no process. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * Sends a call, once the process is up, and waits for its answer. A process that does not answer in time is taken for
   * stuck and killed.
   * @param alone wait until no other call is under way, and let none begin meanwhile.
   * @param began called when an encode has its model and begins.
   * @throws ProcessLostError where the process ended first, MaskwireError for what the process refused.
   */
  call<Name extends CallName>(
    name: Name,
    request: Calls[Name]['request'],
    timeoutMs: number,
    alone = false,
    began: () => void = () => undefined,
  ): Promise<Calls[Name]['answer']> {
    const work = async () => {
      await this.started();
      return this.send(name, request, timeoutMs, began);
    };
    return alone ? this.lock.byItself(work) : this.lock.beside(work);
  }

  /** Tells, without an answer, to drop the logits of the steps whose key begins with this. */
  forget(keyPrefix: string): void {
    if (this.isReady) this.post({ type: 'forget', keyPrefix });
  }

  /** Tells, without an answer, to give a model's memory back. */
  unload(modelId: string): void {
    if (!this.isReady) return;
    this.post({ type: 'unload', modelId });
    this.observer.modelUnloaded(modelId);
  }

  /** The error that a failed call or item becomes for its caller; what is our fault goes to the operator. */
  errorOf({ code, message }: WireError): MaskwireError {
    if (code !== null) return new MaskwireError(code, message);
    this.observer.warned(`The model could not be run: ${message}`);
    return inferenceFailed('The model could not be run on this input.');
  }

  /** Refuses new calls, waits for those under way, and ends the process. */
  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  private start(): void {
    this.startedAt = performance.now();
    this.killedBecause = undefined;
    const child = fork(MAIN, [], {
      serialization: 'advanced',
      // Flags of the serving process, such as an inspector's port, are not for this one.
      execArgv: [],
      // What libraries print goes to the log beside ours, never into a pipe of the serving process's output.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    this.child = child;
    const { startTimeoutMs } = this.config.limits;
    this.startTimer = setTimeout(() => this.kill(`it was not ready after ${startTimeoutMs} ms`), startTimeoutMs);
    child.on('message', (message: FromProcess) => this.receive(message));
    child.on('error', (error) => {
      this.observer.warned(`The inference process: ${error.message}`);
      // A process that never was has no `exit`.
      if (child.pid === undefined) this.ended('it could not be started');
    });
    child.once('exit', (code, signal) => {
      this.ended(code === 0 ? null : (this.killedBecause ?? `it ended with ${signal ?? code ?? 'no exit code'}`));
    });
    this.post({ type: 'start', config: this.config });
  }

  private receive(message: FromProcess): void {
    switch (message.type) {
      case 'ready':
        clearTimeout(this.startTimer);
        this.isReady = true;
        for (const resume of this.waitingForStart) resume();
        break;
      case 'warning':
        this.observer.warned(message.message);
        break;
      case 'loading':
        this.loads.began(message.modelId, message.part);
        break;
      case 'loaded':
        this.loads.ended(message.modelId, message.part);
        this.observer.modelLoaded(message);
        break;
      case 'loadFailed':
        this.loads.ended(message.modelId, message.part);
        break;
      case 'encoding':
        this.pending.get(message.id)?.began();
        break;
      case 'answer':
        this.settle(message.id)?.resolve(message.answer);
        break;
      case 'error':
        this.settle(message.id)?.reject(this.errorOf(message.error));
        break;
    }
  }

  private settle(id: number): PendingCall | undefined {
    const call = this.pending.get(id);
    clearTimeout(call?.timer);
    this.pending.delete(id);
    if (this.pending.size === 0) this.idle?.();
    return call;
  }

  /** @param disorder why it ended, where it did not exit with 0. */
  private ended(disorder: string | null): void {
    clearTimeout(this.startTimer);
    const reason = disorder ?? 'it exited';
    this.child = undefined;
    this.isReady = false;
    this.loads.lost();
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(new ProcessLostError(reason));
    if (this.closing !== undefined) {
      if (disorder !== null) this.observer.warned(`The inference process did not end in order: ${disorder}.`);
      return;
    }
    if (performance.now() - this.startedAt > STABLE_MS) this.restarts = 0;
    const delay = RESTART_DELAYS_MS[Math.min(this.restarts, RESTART_DELAYS_MS.length - 1)];
    this.restarts++;
    this.observer.restarted(reason);
    this.restartTimer = setTimeout(() => this.start(), delay);
  }

  private kill(reason: string): void {
    this.killedBecause = reason;
    this.child?.kill('SIGKILL');
  }

  /** Resolves as soon as the process takes calls. */
  private started(): Promise<void> {
    if (this.closing !== undefined) return Promise.reject(unavailable());
    if (this.isReady) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const { startTimeoutMs } = this.config.limits;
      const resume = (refusal?: Error) => {
        clearTimeout(timer);
        this.waitingForStart.delete(resume);
        if (refusal) reject(refusal);
        else resolve();
      };
      const timer = setTimeout(() => resume(inferenceFailed('The model process does not start.')), startTimeoutMs);
      this.waitingForStart.add(resume);
    });
  }

  private send<Name extends CallName>(
    name: Name,
    request: Calls[Name]['request'],
    timeoutMs: number,
    began: () => void,
  ): Promise<Calls[Name]['answer']> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.kill(`it did not answer to ${name} within ${timeoutMs} ms`), timeoutMs);
      // The process answers a call by its id with the answer of that call's type.
      this.pending.set(id, { resolve, reject, began, timer });
      this.post({ type: 'call', call: { call: name, id, request } as Extract<ToProcess, { type: 'call' }>['call'] });
    });
  }

  private post(message: ToProcess): void {
    // A message to a process that is gone is lost; its end is told by the `exit` event.
    this.child?.send(message, () => undefined);
  }

  private async end(): Promise<void> {
    clearTimeout(this.restartTimer);
    for (const resume of [...this.waitingForStart]) resume(unavailable());
    if (this.pending.size > 0) await new Promise<void>((resolve) => (this.idle = resolve));
    const { child } = this;
    if (child === undefined) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    this.post({ type: 'close' });
    const timer = setTimeout(() => this.kill(`it did not end within ${CLOSE_TIMEOUT_MS} ms`), CLOSE_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  }
}
