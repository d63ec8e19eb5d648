import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { connect, rleToBitmap, type Candidate, type LiveSession, type SessionEventEntry } from 'maskwire/client';
import { MaskwireError } from '#src/errors.js';
import { configWith } from '#src/server/config.js';
import { openLog } from '#src/server/log.js';
import { startServer } from '#src/server/server.js';
import { overlay } from './overlay.js';

export const demoHelp = `Usage: maskwire demo <photo> [options]

Plays one session in the terminal: uploads the photo, encodes it, sends prompts, and draws the best mask over it.

Options:
  --point x,y         A click on the object, in pixels of the upright photo. May be given several times.
  --background x,y    A click beside the object. May be given several times.
  --box x,y,w,h       A box around the object.
                      Without any of these: a click in the middle.
  --out file.png      Where the picture goes. Default: the photo's name with .mask.png, in this folder.
  --url http://…      A server that runs. Default: one is started for the demo, and stopped.
  --help              Shows this text.`;

const options = {
  point: { type: 'string', multiple: true },
  background: { type: 'string', multiple: true },
  box: { type: 'string' },
  out: { type: 'string' },
  url: { type: 'string' },
  help: { type: 'boolean' },
} as const;

interface Click {
  readonly x: number;
  readonly y: number;
  readonly label: 'FOREGROUND' | 'BACKGROUND';
}

/** Plays the demo. Resolves with the exit status. */
export async function demo(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [photo] = positionals;
    if (values.help === true || photo === undefined) {
      console.log(demoHelp);
      return values.help === true ? 0 : 2;
    }
    const clicks: Click[] = [
      ...(values.point ?? []).map((text) => clickAt(text, 'FOREGROUND')),
      ...(values.background ?? []).map((text) => clickAt(text, 'BACKGROUND')),
    ];
    const box = values.box === undefined ? null : numbers(values.box, 4, '--box x,y,w,h');
    const out = values.out ?? `${basename(photo, extname(photo))}.mask.png`;
    const bytes = await bytesOf(photo);
    const server = values.url === undefined ? await ownServer() : { url: values.url, close: () => Promise.resolve() };
    try {
      await play({ url: server.url, photo, bytes, clicks, box, out });
    } finally {
      await server.close();
    }
    return 0;
  } catch (error) {
    console.error(`maskwire: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

/** @throws MaskwireError BAD_USER_INPUT where the file cannot be read. */
async function bytesOf(photo: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(photo));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskwireError(
      'BAD_USER_INPUT',
      `cannot read ${photo} (${reason}). Give the path of a photo; samples/ has some to try, such as samples/aquarium.jpg.`,
    );
  }
}

/** A server for the demo alone, with a data folder that goes with it. */
async function ownServer() {
  const data = await mkdtemp(join(tmpdir(), 'maskwire-demo-'));
  const server = await startServer(configWith({ port: 0, data }), openLog('silent'));
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await rm(data, { recursive: true });
    },
  };
}

async function play(scene: {
  readonly url: string;
  readonly photo: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly clicks: readonly Click[];
  readonly box: readonly number[] | null;
  readonly out: string;
}): Promise<void> {
  const client = connect({ url: scene.url, participant: { id: 'demo', name: 'Demo' }, webSocketImpl: WebSocket });
  try {
    const image = await timed('upload', () => client.uploadImage(scene.bytes));
    console.log(`image     ${image.width} x ${image.height} pixels, ${image.id.slice(0, 16)}…`);
    const session = await client.openSession({ image: { id: image.id }, title: basename(scene.photo) });
    await timed('encode', () => encoded(session));

    const middle: Click = { x: image.width / 2, y: image.height / 2, label: 'FOREGROUND' };
    const clicks = scene.clicks.length > 0 || scene.box !== null ? scene.clicks : [middle];
    const [x = 0, y = 0, width = 0, height = 0] = scene.box ?? [];
    const prompts = [
      ...clicks.map((point) => ({ point })),
      ...(scene.box === null ? [] : [{ box: { x, y, width, height } }]),
    ];
    const events = session.events();
    const candidates = await timed('prompt', async () => {
      await session.addPrompts({ prompts });
      return firstCandidates(events);
    });
    show(candidates);

    const [best] = candidates;
    if (!best) throw new MaskwireError('INFERENCE_FAILED', 'The model offered no mask.');
    const marks = clicks.map((click) => ({ x: click.x, y: click.y, foreground: click.label === 'FOREGROUND' }));
    await writeFile(scene.out, await overlay(scene.photo, rleToBitmap(best.mask.rle), marks));
    console.log(`picture   ${scene.out}`);
  } finally {
    client.close();
  }
}

/** Waits until the image is encoded, telling how far it is. */
async function encoded(session: LiveSession): Promise<void> {
  let told = '';
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      const { status, progress } = session.state();
      const position = progress.queuePosition ?? 0;
      const waiting = position > 0 ? `queued, ${position} before` : status.toLowerCase();
      const line = progress.modelLoading !== null && position === 0 ? 'loading the model' : waiting;
      if (line !== told) console.log(`session   ${line}`);
      told = line;
      if (status === 'READY') resolve();
      if (status === 'FAILED') reject(new Error(progress.failure?.message ?? 'The image could not be encoded.'));
    };
    session.onState(look);
    look();
  });
}

async function firstCandidates(events: AsyncIterable<SessionEventEntry>): Promise<readonly Candidate[]> {
  for await (const { event } of events) {
    if (event.__typename === 'CandidatesProduced') return event.candidates;
    if (event.__typename === 'DecodeFailed') throw new Error(event.failure.message);
  }
  throw new Error('The session ended before there were candidates.');
}

function show(candidates: readonly Candidate[]): void {
  console.log('          predicted IoU  stability  area (pixels)  box');
  for (const { index, predictedIou, stabilityScore, area, boundingBox: box } of candidates) {
    const place = box ? `${box.x},${box.y} ${box.width} x ${box.height}` : 'empty';
    const scores = `${predictedIou.toFixed(3).padStart(13)}  ${stabilityScore.toFixed(3).padStart(9)}`;
    console.log(`mask ${index}    ${scores}  ${String(area).padStart(13)}  ${place}${index === 0 ? '  ← best' : ''}`);
  }
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  console.log(`${name.padEnd(10)}${(performance.now() - started).toFixed(0)} ms`);
  return result;
}

function clickAt(text: string, label: Click['label']): Click {
  const [x = 0, y = 0] = numbers(text, 2, label === 'FOREGROUND' ? '--point x,y' : '--background x,y');
  return { x, y, label };
}

function numbers(text: string, count: number, form: string): readonly number[] {
  const values = text.split(',').map(Number);
  if (values.length !== count || !values.every(Number.isFinite)) {
    throw new MaskwireError('BAD_USER_INPUT', `expected ${form} in pixels; got ${JSON.stringify(text)}.`);
  }
  return values;
}
