import { describe, expect, it } from 'vitest';
import { decoders, encoders } from '../models/adapters/exports.js';
import { modelsFolder } from './models.js';
import { at, click, Feed, isCandidates, openSession, Person, picture, serve, text, upload } from './support.js';

const PROGRESS = `subscription ($id: ID!, $follow: Boolean! = true) {
  sessionProgress(sessionId: $id, follow: $follow) {
    status queuePosition encodingSeconds modelLoading { stage seconds }
  }
}`;

/** Like `QUEUED LOADING`: the status, and the stage of the model's loading. */
function shown(value: unknown): string {
  const stage = at(value, 'sessionProgress.modelLoading.stage');
  return text(value, 'sessionProgress.status') + (typeof stage === 'string' ? ` ${stage}` : '');
}

function follow(person: Person, id: string, more: Record<string, unknown> = {}): Feed {
  return new Feed(person.client.iterate({ query: PROGRESS, variables: { id, ...more } }));
}

/** A tenth of a second or more, for each of the two graphs. */
const slowness = 10;
const large = {
  id: 'large',
  encoder: { ...encoders.preprocess, slowness },
  decoder: { ...decoders.sam, slowness },
} as const;

describe('the loading of a model', () => {
  it('is told before the encoding, and again when a prompt brings back a model that left memory', async () => {
    const { url } = await serve({ models: await modelsFolder(large), modelIdleMs: 400 });
    const ada = new Person(url, 'ada');
    const id = await openSession(ada, { modelId: 'large' });
    const progress = follow(ada, id);
    const seen: string[] = [];
    const isReady = (value: unknown) => {
      seen.push(shown(value));
      return shown(value) === 'READY';
    };
    await progress.until(isReady);
    expect(seen.slice(0, -1).every((line) => /^(QUEUED|QUEUED LOADING|ENCODING)$/.test(line))).toBe(true);

    seen.length = 0;
    const events = ada.follow('SessionEvents', { sessionId: id, after: '0' });
    await click(ada, id);
    await events.until(isCandidates);
    const loading = await progress.next();
    expect(shown(loading)).toBe('READY LOADING');
    expect(at(loading, 'sessionProgress.modelLoading.seconds')).toBeGreaterThanOrEqual(0);
    expect(shown(await progress.next())).toBe('READY');

    // Left alone, the model leaves memory, which is no progress; the next click brings it back.
    await new Promise((resolve) => setTimeout(resolve, 800));
    await click(ada, id);
    await events.until(isCandidates);
    expect([shown(await progress.next()), shown(await progress.next())]).toEqual(['READY LOADING', 'READY']);
    const state = await ada.run('query ($id: ID!) { session(id: $id) { progress { modelLoading { stage } } } }', {
      id,
    });
    expect(at(state, 'data.session.progress')).toEqual({ modelLoading: null });
  });

  it('keeps a session queued while its model waits for memory or is loaded, and ends with the session', async () => {
    const { url } = await serve({ models: await modelsFolder(large) });
    const ada = new Person(url, 'ada');
    const images = await Promise.all([0, 1, 2, 3, 4, 5].map(async (seed) => upload(url, await picture(seed))));
    // Work for the encoder, so that we follow before it is our turn.
    for (const { id } of images) await ada.do('OpenSession', { image: { id } });
    const id = await openSession(ada, { modelId: 'large' });
    const progress = follow(ada, id);
    const values = [await progress.next()];
    while (shown(values.at(-1)) !== 'READY') values.push(await progress.next());
    expect(values.map(shown)).toContain('QUEUED LOADING');
    const loading = values.find((value) => shown(value) === 'QUEUED LOADING');
    expect(loading).toMatchObject({ sessionProgress: { queuePosition: 0, encodingSeconds: null } });
    await ada.do('CloseSession', { sessionId: id });
    expect(shown((await progress.rest()).at(-1))).toBe('CLOSED');
  });

  it('is not followed beyond the encoding by those who do not ask for it', async () => {
    const { url } = await serve({ models: await modelsFolder(large) });
    const ada = new Person(url, 'ada');
    const id = await openSession(ada, { modelId: 'large' });
    expect(shown((await follow(ada, id, { follow: false }).rest()).at(-1))).toBe('READY');
    expect((await follow(ada, id, { follow: false }).rest()).map(shown)).toEqual(['READY']);
  });
});
