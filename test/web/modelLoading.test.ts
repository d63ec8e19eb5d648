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
const BEFORE = 28;
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
    const uploaded: string[] = [];
    for (let seed = 0; seed < 2 * BEFORE; seed++) {
      uploaded.push((await client.uploadImage(new Uint8Array(await picture(seed)))).id);
    }
    const [images, more] = [uploaded.slice(0, BEFORE), uploaded.slice(BEFORE)];
    // A browser that has just started takes seconds for its first page.
    await (await Person.at(browser, server.url)).leave();
    const open = async (image: string, modelId?: string) =>
      (await client.openSession({ image: { id: image }, title: '', ...(modelId && { modelId }) })).id;
    for (const image of images) await open(image);
    // A session has subscriptions, and a socket takes so many: the other half comes from another person.
    const other = connect({ url: server.url, webSocketImpl: WebSocket, participant: { id: 'bob', name: 'Bob' } });
    onTestFinished(() => other.close());
    for (const id of more) await other.openSession({ image: { id }, title: '' });
    const person = await Person.at(browser, `${server.url}/?session=${await open(images[0] ?? '', 'large')}`);
    await person.page.getByText(/^Loading the model … \d+ s$/).waitFor(SOON);
    await person.isReady();
    expect(person.problems).toEqual([]);
    await person.leave();
  });
});
