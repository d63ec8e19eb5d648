import { Connection, type Status } from './connection.js';
import { MaskwireClientError } from './errors.js';
import { ModelsDocument, OpenSessionDocument, SessionsDocument, SessionStateDocument } from './generated/documents.js';
import type { SessionFragment, SessionsQueryVariables } from './generated/operations.js';
import { idempotencyKey } from './key.js';
import { LiveSession } from './session.js';
import type { Model, OpenSessionOptions, SessionPage } from './types.js';
import { upload, type ImageFile, type UploadedImage, type UploadOptions } from './upload.js';

export interface ConnectOptions {
  /** Where the server is, such as `https://masks.example.org` or, behind a proxy, `https://example.org/maskwire`. */
  readonly url: string;
  /** Who is asking, 1 to 64 characters each; absent: anonymous. Undo is for each id by itself. */
  readonly participant?: { readonly id: string; readonly name: string } | undefined;
  /** The WebSocket class; absent: the global one, which Node.js has since version 22. */
  readonly webSocketImpl?: unknown;
  /** Takes the place of XMLHttpRequest and the global fetch for uploads. */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * Connects to a maskwire server. The one WebSocket that it opens carries everything but uploads, and is opened again
 * whenever it is lost, after pauses that grow to 10 s.
 * @throws MaskwireClientError BAD_USER_INPUT for a bad `url`, CONNECTION_FAILED where there is no WebSocket to use.
 */
export function connect(options: ConnectOptions): Client {
  return new Client(options);
}

/** The images, models and sessions of one server. */
export class Client {
  readonly #base: URL;
  readonly #connection: Connection;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch | undefined;

  constructor({ url, participant, webSocketImpl, fetch: send }: ConnectOptions) {
    this.#base = baseOf(url);
    this.#fetch = send;
    this.#headers = participant
      ? {
          'x-participant-id': encodeURIComponent(participant.id),
          'x-participant-name': encodeURIComponent(participant.name),
        }
      : {};
    const params = participant ? { participantId: participant.id, participantName: participant.name } : {};
    const endpoint = new URL('graphql', this.#base);
    endpoint.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';
    if (webSocketImpl === undefined && typeof WebSocket === 'undefined') {
      throw new MaskwireClientError('CONNECTION_FAILED', 'There is no global WebSocket: give one as webSocketImpl.');
    }
    this.#connection = new Connection(endpoint.href, params, webSocketImpl);
  }

  /** How the connection is. `closed` is final. */
  get status(): Status {
    return this.#connection.status;
  }

  /** Calls back at each change of `status`. Returns the function that ends it. */
  readonly onStatus = (listener: (status: Status) => void): (() => void) => this.#connection.onStatus(listener);

  /**
   * Uploads an image file of any format that the server takes. The same bytes give the same id again.
   * @throws MaskwireClientError IMAGE_REJECTED, TOO_LARGE, OVERLOADED, CONNECTION_FAILED, ABORTED.
   */
  uploadImage(file: ImageFile, options: UploadOptions = {}): Promise<UploadedImage> {
    return upload(new URL('images', this.#base).href, this.#headers, file, options, this.#fetch);
  }

  /** The models of the server, the default one first. */
  async models(): Promise<readonly Model[]> {
    return (await this.#connection.request(ModelsDocument, {})).models;
  }

  /**
   * A page of the sessions, newest first.
   * @param options.first 1 to 100, by default 20.
   * @param options.after `pageInfo.endCursor` of the page before.
   */
  async sessions(options: SessionsQueryVariables = {}): Promise<SessionPage> {
    const { sessions } = await this.#connection.request(SessionsDocument, options);
    return { ...sessions, nodes: sessions.nodes.map((node) => this.#withUrls(node)) };
  }

  /**
   * Opens a new session and follows it. The image is encoded meanwhile: `state().progress` tells how far, and prompts
   * may be given already.
   */
  async openSession(options: OpenSessionOptions): Promise<LiveSession> {
    const input = { ...options, idempotencyKey: idempotencyKey() };
    return this.#live((await this.#connection.request(OpenSessionDocument, { input })).openSession.session);
  }

  /**
   * Follows a session that there is.
   * @throws MaskwireClientError NOT_FOUND
   */
  async joinSession(id: string): Promise<LiveSession> {
    const { session } = await this.#connection.request(SessionStateDocument, { id });
    if (!session) throw new MaskwireClientError('NOT_FOUND', `There is no session ${JSON.stringify(id)}.`);
    return this.#live(session);
  }

  /** Leaves all sessions and ends the connection: calls under way reject with CLIENT_CLOSED, iterations end. */
  close(): void {
    this.#connection.close();
  }

  #live(session: SessionFragment): LiveSession {
    return new LiveSession(this.#connection, (fragment) => this.#withUrls(fragment), session);
  }

  /** The server tells paths; pages and programs elsewhere need the whole address. */
  #withUrls<T extends { readonly image: { readonly url: string; readonly thumbnailUrl: string } }>(owner: T): T {
    const { image } = owner;
    const absolute = (path: string) => new URL(path.replace(/^\//, ''), this.#base).href;
    return { ...owner, image: { ...image, url: absolute(image.url), thumbnailUrl: absolute(image.thumbnailUrl) } };
  }
}

function baseOf(url: string): URL {
  const base = URL.canParse(url) ? new URL(url) : null;
  if (base?.protocol !== 'http:' && base?.protocol !== 'https:') {
    const message = `url: expected the http: or https: address of a server, got ${JSON.stringify(url)}.`;
    throw new MaskwireClientError('BAD_USER_INPUT', message);
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return base;
}
