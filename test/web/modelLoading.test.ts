import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '#src/client/index.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { decoders, encoders } from '../models/adapters/exports.js';
import { modelsFolder } from '../resolvers/models.js';
import { picture } from '../resolvers/support.js';
import { browserPath, launchBrowser } from './browser.js';
import { Person, SOON } from './person.js';
import { ServerProcess } from './serverProcess.js';

/** Its decoder takes a second or more: the page does not speak of less. */
const slow = { id: 'slow', encoder: encoders.preprocess, decoder: { ...decoders.sam, slowness: 160 } } as const;
/** As soon as can be: between two clicks of a person the model is gone. */
const idle = ['--model-idle-ms', '100'];
const BETWEEN_CLICKS_MS = 500;
/** Pixels of the screen: a click on a point that is there would take hold of it. */
const APART = 30;

describe.skipIf(browserPath === null)('the page of a session whose model is not in memory', () => {
  test('says that the model is loaded while a click waits for it', async () => {
    const server = await ServerProcess.start('--models', await modelsFolder(slow), ...idle);
    onTestFinished(() => server.close());
    const browser = await launchBrowser();
    onTestFinished(() => browser.close());
    const client = connect({ url: server.url, webSocketImpl: WebSocket, participant: { id: 'ann', name: 'Ann' } });
    onTestFinished(() => client.close());
    const { id } = await client.uploadImage(new Uint8Array(await picture(0)));
    const session = await client.openSession({ image: { id }, title: '', modelId: 'slow' });

    const person = await Person.at(browser, `${server.url}/?session=${session.id}`);
    await person.isReady();
    const loading = person.page.getByText(/^Loading the model … \d+ s$/).waitFor(SOON);
    const told = loading.then(() => true);
    const stage = await person.stage.boundingBox();
    const [width, y] = [stage?.width ?? 0, (stage?.height ?? 0) / 2];
    for (let x = width / 2; !(await Promise.race([told, delay(BETWEEN_CLICKS_MS, false)])); x += APART) {
      await person.stage.click({ position: { x, y } });
    }
    await person.isReady();
    await person.hearsOfMask();
    expect(person.problems).toEqual([]);
    await person.leave();
  });
});
