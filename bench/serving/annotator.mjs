import { Buffer } from 'node:buffer';
import { performance } from 'node:perf_hooks';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** Of one object: two clicks on it and one beside it, then the next object. */
const CLICKS_PER_OBJECT = 3;
/** How far, in pixels, clicks are spread, so that no two masks are the same and nothing is answered from a cache. */
const SPREAD = 12;

/** What clients ask of each candidate: the mask as RLE alone, or in all forms of the contract. */
export const CANDIDATE_FIELDS = {
  rle: 'index predictedIou stabilityScore area mask { rle { size counts } }',
  full: `index predictedIou stabilityScore area boundingBox { x y width height }
         mask { rle { size counts } polygons(tolerance: 1.0) png }`,
};

/**
 * @typedef {{ bytes: Buffer, width: number, height: number, points: { x: number, y: number }[] }} Picture
 * @typedef {{ index: number, area: number, mask: { rle: { size: number[], counts: string } } }} Candidate
 * @typedef {{ object: { id: string, candidatesRevision: number }, candidates: Candidate[] }} MaskUpdate
 */

/**
 * Uploads an image; answers its id.
 * @param {string} url
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function upload(url, bytes) {
  const response = await globalThis.fetch(`${url}/images`, { method: 'PUT', body: bytes });
  if (!response.ok) throw new Error(await response.text());
  const { id } = /** @type {{ id: string }} */ (await response.json());
  return id;
}

/** @param {string} url */
function connect(url) {
  return createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
}

/**
 * @param {import('graphql-ws').Client} client
 * @param {string} query
 * @param {Record<string, unknown>} variables
 * @returns {AsyncGenerator<Record<string, any>>}
 */
async function* results(client, query, variables) {
  for await (const { data, errors } of client.iterate({ query, variables })) {
    if (errors || !data) throw new Error(JSON.stringify(errors));
    yield data;
  }
}

/**
 * @param {import('graphql-ws').Client} client
 * @param {string} query
 * @param {Record<string, unknown>} variables
 */
async function run(client, query, variables) {
  for await (const data of results(client, query, variables)) return data;
  throw new Error('The operation ended without a result.');
}

/**
 * Opens a session; answers its id when its image is encoded.
 * @param {string} url
 * @param {import('graphql-ws').Client} client
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function openSession(url, client, bytes) {
  const input = { image: { id: await upload(url, bytes) } };
  const opened = await run(
    client,
    'mutation ($input: OpenSessionInput!) { openSession(input: $input) { session { id status } } }',
    { input },
  );
  const { id, status } = opened['openSession'].session;
  if (status === 'READY') return id;
  const progress = 'subscription ($id: ID!) { sessionProgress(sessionId: $id) { status failure { message } } }';
  for await (const { sessionProgress } of results(client, progress, { id })) {
    if (sessionProgress.status === 'READY') return id;
    if (sessionProgress.failure) throw new Error(sessionProgress.failure.message);
  }
  throw new Error(`The image of session ${id} was not encoded.`);
}

/** A person in a session of their own, on a socket of their own, who clicks again as soon as the candidates are there. */
export class Annotator {
  #objectId = /** @type {string | undefined} */ (undefined);
  #clicks = 0;
  /** Set while a click waits for its candidates. */
  #received = /** @type {((update: MaskUpdate) => void) | undefined} */ (undefined);
  #broken = /** @type {Promise<never>} */ (new Promise(() => undefined));
  #seed;

  /**
   * @param {import('graphql-ws').Client} client
   * @param {string} sessionId
   * @param {Picture} picture
   * @param {number} number different clicks for each, the same ones for the same number
   */
  constructor(client, sessionId, picture, number) {
    this.client = client;
    this.sessionId = sessionId;
    this.picture = picture;
    this.number = number;
    this.#seed = number + 1;
  }

  /**
   * @param {string} url
   * @param {Picture} picture
   * @param {number} number
   * @param {keyof typeof CANDIDATE_FIELDS} form
   */
  static async join(url, picture, number, form) {
    const client = connect(url);
    const sessionId = await openSession(url, client, Uint8Array.from(picture.bytes));
    const annotator = new Annotator(client, sessionId, picture, number);
    annotator.#listen(form);
    return annotator;
  }

  /** @param {keyof typeof CANDIDATE_FIELDS} form */
  #listen(form) {
    const query = `subscription ($id: ID!) {
      maskUpdates(sessionId: $id) { object { id candidatesRevision } candidates { ${CANDIDATE_FIELDS[form]} } }
    }`;
    const listen = async () => {
      for await (const { maskUpdates } of results(this.client, query, { id: this.sessionId })) {
        if (!this.#received) throw new Error('Candidates came that nobody asked for.');
        this.#received(maskUpdates);
      }
      throw new Error('The subscription ended.');
    };
    this.#broken = listen();
    // Who clicks next learns of it.
    this.#broken.catch(() => undefined);
  }

  /**
   * Clicks once. Answers the milliseconds from sending the click to having its candidates, the candidates, and which
   * click on its object it was, from 0.
   */
  async click() {
    const nth = this.#clicks % CLICKS_PER_OBJECT;
    if (nth === 0) this.#objectId = undefined;
    const input = {
      sessionId: this.sessionId,
      ...(this.#objectId !== undefined && { objectId: this.#objectId }),
      prompts: [{ point: this.#point(nth) }],
    };
    this.#clicks += 1;
    /** @type {Promise<MaskUpdate>} */
    const updated = new Promise((resolve) => (this.#received = resolve));
    const sent = performance.now();
    const acknowledged = run(
      this.client,
      'mutation ($input: AddPromptsInput!) { addPrompts(input: $input) { object { id revision } } }',
      { input },
    );
    // Told below; a socket that breaks rejects both.
    acknowledged.catch(() => undefined);
    const { object, candidates } = await Promise.race([updated, this.#broken, acknowledged.then(() => updated)]);
    const ms = performance.now() - sent;
    this.#received = undefined;
    const { addPrompts } = await acknowledged;
    this.#objectId = addPrompts.object.id;
    if (object.id !== addPrompts.object.id || object.candidatesRevision !== nth + 1 || candidates.length === 0) {
      throw new Error(`Expected candidates of the object clicked on, at revision ${nth + 1}.`);
    }
    return { ms, candidates, nth };
  }

  /** @param {number} nth click on the object */
  #point(nth) {
    const { points, width, height } = this.picture;
    const turn = Math.floor(this.#clicks / CLICKS_PER_OBJECT) + this.number;
    const { x, y } = points[turn % points.length] ?? { x: width / 2, y: height / 2 };
    const beside = nth === CLICKS_PER_OBJECT - 1;
    const away = beside ? width / 4 : 0;
    return {
      x: Math.min(width, Math.max(0, x + this.#random() * SPREAD + (x < width / 2 ? away : -away))),
      y: Math.min(height, Math.max(0, y + this.#random() * SPREAD)),
      label: beside ? 'BACKGROUND' : 'FOREGROUND',
    };
  }

  /** -1 to 1, by a linear congruential generator (Numerical Recipes). */
  #random() {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
    return this.#seed / 2 ** 31 - 1;
  }

  async leave() {
    await this.client.dispose();
  }
}

let newImages = 0;

/**
 * Opens session after session on images that no server has seen, each when the one before is encoded. Answers how many
 * were encoded.
 * @param {string} url
 * @param {Picture} picture
 * @param {() => boolean} stop
 */
export async function encodeNewImages(url, picture, stop) {
  const client = connect(url);
  let encoded = 0;
  while (!stop()) {
    await openSession(url, client, newImage(picture));
    encoded += 1;
  }
  await client.dispose();
  return encoded;
}

/**
 * The picture's JPEG file with a comment segment of its own: other bytes, the same work.
 * @param {Picture} picture
 */
function newImage({ bytes }) {
  const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, 0, 0, 0]);
  comment.writeUInt32BE(newImages++, 4);
  return Uint8Array.from(Buffer.concat([bytes.subarray(0, 2), comment, bytes.subarray(2)]));
}
