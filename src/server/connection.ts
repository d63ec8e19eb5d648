import { setImmediate } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Liveness } from '#src/sessions/liveness.js';
import { Allowance } from './allowance.js';
import { CloseCode } from './closeCodes.js';
import type { Config } from './settings.js';

type Limits = Pick<
  Config,
  'socketQuietMs' | 'socketTimeoutMs' | 'maxSocketBufferBytes' | 'maxMessagesPerSecond' | 'maxMessageBurst'
>;

/**
 * One WebSocket: whether the other end still answers, how much it may leave unread and how much it may send. A connection
 * that goes quiet keeps its subscriptions and only counts as away; one that stays quiet or never reads is cut; one that
 * sends on and on is closed with 1008.
 */
export class Connection implements Liveness {
  #live = true;
  #lastSeen = performance.now();
  readonly #listeners = new Set<() => void>();
  readonly #allowance: Allowance;

  constructor(
    readonly id: string,
    readonly socket: WebSocket,
    private readonly limits: Limits,
  ) {
    this.#allowance = new Allowance(limits.maxMessagesPerSecond, limits.maxMessageBurst);
    const seen = () => {
      this.#lastSeen = performance.now();
      this.#setLive(true);
      // Answers to protocol pings are not awaited by anybody: without this check, they could pile up.
      this.#cutIfUnread();
      if (!this.#allowance.take()) this.#closeForFlood();
    };
    socket.on('message', seen).on('ping', seen).on('pong', seen);
    socket.once('close', () => this.#setLive(false));
  }

  get live(): boolean {
    return this.#live;
  }

  /** Milliseconds for which the other end should send nothing, because it has sent too much; 0 where it has not. */
  get overdrawnMs(): number {
    return this.#allowance.overdrawnMs;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called regularly: looks whether the other end answers, and asks it to. */
  beat(): void {
    const quietFor = performance.now() - this.#lastSeen;
    if (quietFor >= this.limits.socketTimeoutMs) this.socket.terminate();
    else if (quietFor >= this.limits.socketQuietMs) this.#setLive(false);
    if (this.socket.readyState === this.socket.OPEN) this.socket.ping();
  }

  /**
   * Resolves when the message has been handed to the network, so that whoever sends message after message goes no faster
   * than the reader reads; also where the socket is gone, whose closing ends the senders.
   */
  async send(message: string): Promise<void> {
    if (this.socket.readyState !== this.socket.OPEN || this.#cutIfUnread()) {
      // A sender with an endless supply must not keep the close event from being handled.
      return setImmediate();
    }
    await new Promise<void>((resolve) => this.socket.send(message, () => resolve()));
  }

  #closeForFlood(): void {
    const { maxMessagesPerSecond, maxMessageBurst } = this.limits;
    const expected = `Expected at most ${maxMessagesPerSecond} messages a second and ${maxMessageBurst} at once`;
    this.socket.close(CloseCode.Flood, expected);
  }

  #cutIfUnread(): boolean {
    const unread = this.socket.bufferedAmount > this.limits.maxSocketBufferBytes;
    if (unread) this.socket.terminate();
    return unread;
  }

  #setLive(live: boolean): void {
    if (this.#live === live) return;
    this.#live = live;
    for (const listener of this.#listeners) listener();
  }
}
