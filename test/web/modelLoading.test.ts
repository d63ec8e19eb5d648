import { connect } from '#src/client/index.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { decoders, encoders } from '../models/adapters/exports.js';
import { modelsFolder } from '../resolvers/models.js';
import { picture } from '../resolvers/support.js';
import { browserPath, launchBrowser } from './browser.js';
import { Person, SOON } from './person.js';
import { ServerProcess } from './serverProcess.js';

/** Sessions whose images are encoded first: while they are, the page has time to open. */
const BEFORE = 30;
/** 256 MiB, which take a moment to read. */
const large = {
  ...{ id: 'large', decoder: decoders.sam },
  encoder: { ...encoders.preprocess, ballast: 64 * 2 ** 20 },
};

describe.skipIf(browserPath === null)('the page of a session whose model is not in memory', () => {
  test('says that the model is loaded, then that the image is encoded, and lets people begin', async () => {
    const server = await ServerProcess.start('--models', await modelsFolder(large));
    onTestFinished(() => server.close());
    const browser = await launchBrowser();
    onTestFinished(() => browser.close());
    const client = connect({ url: server.url, webSocketImpl: WebSocket, participant: { id: 'ann', name: 'Ann' } });
    onTestFinished(() => client.close());
    const open = async (seed: number, modelId?: string) => {
      const { id } = await client.uploadImage(new Uint8Array(await picture(seed)));
      const session = await client.openSession({ image: { id }, title: '', ...(modelId && { modelId }) });
      return session.id;
    };
    for (let seed = 0; seed < BEFORE; seed++) await open(seed);
    const person = await Person.at(browser, `${server.url}/?session=${await open(0, 'large')}`);
    await person.page.getByText(/^Loading the model … \d+ s$/).waitFor(SOON);
    await person.isReady();
    expect(person.problems).toEqual([]);
    await person.leave();
  });
});
