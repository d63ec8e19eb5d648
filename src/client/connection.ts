import { createClient, type Client as SocketClient } from 'graphql-ws/client';
import { backoff } from './backoff.js';
import { closeCodeOf, fromGraphQLErrors, fromSocket, MaskwireClientError } from './errors.js';
import type { TypedDocumentString } from './generated/documents.js';

/** How the connection is. `closed` is final: `close()` was called, or the server refuses this client for good. */
export type Status = 'connecting' | 'connected' | 'reconnecting' | 'closed';

/** Asks the server for a sign of life this often; without one in time, the socket is given up for another. */
const PING_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;
const ACKNOWLEDGE_TIMEOUT_MS = 10_000;

/** The pause after a socket whose close code speaks against connecting again at once. */
const REOPEN_MS = 1_000;

/**
 * The largest operation, in characters, that is sent: what the server takes in its default settings. A larger one
 * would end the socket and with it everything else that is under way.
 */
const MAX_OPERATION_LENGTH = 1024 * 1024;

/** Requests that may be unanswered; others wait their turn. A server takes 64 operations at a time, subscriptions too. */
const MAX_UNANSWERED = 32;

/** Errors of the server that pass: the operation is sent again. */
const PASSING: ReadonlySet<string> = new Set(['UNAVAILABLE']);
const PASSING_FOR_SUBSCRIPTIONS: ReadonlySet<string> = new Set(['UNAVAILABLE', 'OVERLOADED', 'INTERNAL_SERVER_ERROR']);

interface Sink<Data> {
  next(data: Data): void;
  /** The server says that there is no more, or the client was closed. */
  complete(): void;
  error(error: MaskwireClientError): void;
}

/** One WebSocket for all operations, opened again for as long as `close` was not called. */
export class Connection {
  readonly #listeners = new Set<(status: Status) => void>();
  readonly #waiting: (() => void)[] = [];
  readonly #onClose = new Set<(error: MaskwireClientError) => void>();
  #status: Status = 'connecting';
  #socket: SocketClient;
  #closed: MaskwireClientError | null = null;
  #unanswered = 0;
  #pongTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param url of the endpoint: `ws:` or `wss:`.
   * @param webSocketImpl absent: the global WebSocket.
   * @throws MaskwireClientError CONNECTION_FAILED where there is no WebSocket to use.
   */
  constructor(
    private readonly url: string,
    private readonly connectionParams: Readonly<Record<string, unknown>>,
    private readonly webSocketImpl: unknown,
  ) {
    this.#socket = this.#open(0);
  }

  get status(): Status {
    return this.#status;
  }

  /** Calls back at each change. Returns the function that ends it. */
  onStatus(listener: (status: Status) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Runs a query or mutation. One that a lost connection cuts off is sent again as it is, so a mutation must name itself
   * by an idempotency key.
   */
  async request<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
    await this.#turn();
    try {
      return await this.#insist(document, variables);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#unanswered--;
    }
  }

  /**
   * Subscribes until the returned function is called. The subscription is taken up again after each lost connection and
   * each passing error of the server.
   * @param variables asked for at each start, so that they can say how far the caller is.
   */
  subscribe<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: () => Variables,
    sink: Sink<Data>,
  ): () => void {
    let failures = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopSocket = () => undefined as unknown;
    let stopped = false;
    const stop = () => {
      stopped = true;
      clearTimeout(timer);
      this.#onClose.delete(end);
      stopSocket();
    };
    const end = (error: MaskwireClientError) => {
      if (stopped) return;
      stop();
      if (error.code === 'CLIENT_CLOSED') sink.complete();
      else sink.error(error);
    };
    const start = () => {
      stopSocket = this.#run(document, variables, {
        next: (data) => {
          failures = 0;
          if (!stopped) sink.next(data);
        },
        complete: () => {
          if (stopped) return;
          stop();
          sink.complete();
        },
        error: (error) => {
          if (stopped) return;
          if (!passes(error, PASSING_FOR_SUBSCRIPTIONS)) {
            end(error);
            return;
          }
          timer = setTimeout(start, backoff(failures++));
        },
      });
    };
    this.#onClose.add(end);
    start();
    return stop;
  }

  /** Ends everything: requests under way reject with CLIENT_CLOSED, subscriptions complete. */
  close(): void {
    this.#end(new MaskwireClientError('CLIENT_CLOSED', 'The client was closed.'));
  }

  /** Resolves when a request may be sent, in the order of the calls. */
  async #turn(): Promise<void> {
    if (this.#unanswered < MAX_UNANSWERED) this.#unanswered++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #insist<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
    for (let failures = 0; ; failures++) {
      try {
        return await this.#once(document, variables);
      } catch (error) {
        const again = error instanceof MaskwireClientError && error.code !== 'TOO_LARGE' && passes(error, PASSING);
        if (!again || this.#closed !== null) throw error;
        await this.#pause(backoff(failures));
      }
    }
  }

  #once<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
    return new Promise((resolve, reject) => {
      const fail = (error: MaskwireClientError) => {
        this.#onClose.delete(fail);
        reject(error);
      };
      this.#onClose.add(fail);
      this.#run(document, () => variables, {
        next: (data) => {
          this.#onClose.delete(fail);
          resolve(data);
        },
        error: fail,
        complete: () => fail(new MaskwireClientError('INTERNAL_SERVER_ERROR', 'The server answered nothing.')),
      });
    });
  }

  #run<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: () => Variables,
    sink: Sink<Data>,
  ): () => void {
    if (this.#closed !== null) {
      sink.error(this.#closed);
      return () => undefined;
    }
    // Every operation carries its document: without indentation it is a third shorter.
    const query = document.toString().replace(/\s+/g, ' ');
    const length = query.length + JSON.stringify(variables()).length;
    if (length > MAX_OPERATION_LENGTH) {
      const message = `Expected an operation of at most ${MAX_OPERATION_LENGTH} characters, got ${length}: upload images with uploadImage.`;
      sink.error(new MaskwireClientError('TOO_LARGE', message, { limit: 'maxOperationLength' }));
      return () => undefined;
    }
    const payload = {
      query,
      // After a lost connection graphql-ws sends the same payload object again: a getter keeps it up to date.
      get variables() {
        return variables() as Record<string, unknown>;
      },
    };
    return this.#socket.subscribe<Data>(payload, {
      next: ({ data, errors }) => {
        if (errors) sink.error(fromGraphQLErrors(errors));
        else if (data) sink.next(data);
      },
      error: (reason) => sink.error(Array.isArray(reason) ? fromGraphQLErrors(reason as []) : fromSocket(reason)),
      complete: () => sink.complete(),
    });
  }

  #open(delayMs: number): SocketClient {
    let delay = delayMs;
    return createClient({
      url: async () => {
        if (delay > 0) await this.#pause(delay);
        delay = 0;
        return this.url;
      },
      connectionParams: this.connectionParams,
      webSocketImpl: this.webSocketImpl,
      lazy: false,
      connectionAckWaitTimeout: ACKNOWLEDGE_TIMEOUT_MS,
      keepAlive: PING_MS,
      retryAttempts: Infinity,
      shouldRetry: (reason) => closeCodeOf(reason) !== 4403,
      retryWait: (failures) => this.#pause(backoff(failures)),
      onNonLazyError: (reason) => this.#gaveUp(reason),
      on: {
        connected: () => this.#setStatus('connected'),
        closed: () => this.#lost(),
        error: () => this.#lost(),
        ping: (received) => {
          if (received) return;
          this.#pongTimer = setTimeout(() => this.#socket.terminate(), PONG_TIMEOUT_MS);
        },
        pong: (received) => {
          if (received) clearTimeout(this.#pongTimer);
        },
      },
    });
  }

  #lost(): void {
    clearTimeout(this.#pongTimer);
    if (this.#status === 'connected') this.#setStatus('reconnecting');
  }

  /** graphql-ws does not connect again after some close codes. Those of WebSocket itself are no reason to end here. */
  #gaveUp(reason: unknown): void {
    if (this.#closed !== null) return;
    const closeCode = closeCodeOf(reason);
    if (closeCode !== null && closeCode < 4000) this.#socket = this.#open(REOPEN_MS);
    else this.#end(fromSocket(reason));
  }

  #end(error: MaskwireClientError): void {
    if (this.#closed !== null) return;
    this.#closed = error;
    clearTimeout(this.#pongTimer);
    this.#setStatus('closed');
    for (const end of [...this.#onClose]) end(error);
    // Fails where the socket that it waits for does.
    Promise.resolve(this.#socket.dispose()).catch(() => undefined);
  }

  #setStatus(status: Status): void {
    if (this.#status === status || this.#status === 'closed') return;
    this.#status = status;
    for (const listener of [...this.#listeners]) listener(status);
  }

  /** Waits, but not longer than until the end of the client. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#onClose.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#onClose.add(done);
    });
  }
}

/** Whether an operation that failed so may succeed when it is sent again. */
function passes({ code, extensions }: MaskwireClientError, codes: ReadonlySet<string>): boolean {
  const { closeCode } = extensions;
  return codes.has(code) || (typeof closeCode === 'number' && closeCode < 4000);
}
