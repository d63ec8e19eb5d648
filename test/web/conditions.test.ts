import type { Browser, BrowserContextOptions, CDPSession } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser } from './browser.js';
import { on, Person, SOON, watch } from './person.js';
import { ServerProcess } from './serverProcess.js';

describe.skipIf(browserPath === null)('the page under hard conditions', () => {
  let server: ServerProcess;
  let browser: Browser;
  const people: Person[] = [];
  const ends: (() => void)[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([ServerProcess.start(), launchBrowser()]);
  });

  afterEach(async () => {
    const problems = people.flatMap((person) => person.problems);
    for (const end of ends.splice(0)) end();
    await Promise.all(people.splice(0).map((person) => person.leave()));
    expect(problems).toEqual([]);
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const arrive = async (url = server.url, options: BrowserContextOptions = {}) => {
    const person = await Person.at(browser, url, options);
    people.push(person);
    return person;
  };

  const follow = async (person: Person) => {
    const { live, end } = await watch(server.url, person.sessionId);
    ends.push(end);
    return live;
  };

  test('a server that is killed and starts again costs two people nothing', async () => {
    const ann = await arrive();
    await ann.openSample();
    const ben = await arrive(ann.page.url());
    await ben.isReady();
    await ann.click(on('lemon'));
    await ann.hearsOfMask();
    await ann.accept('lemon');

    await server.kill();
    await ann.page.getByText('Connection lost').waitFor();
    // What is done meanwhile is sent when the server is back.
    await ann.click(on('bottle'));
    await server.startAgain();
    await ann.page.getByText('Connected again').waitFor(SOON);
    await expect.poll(() => ann.objects.count(), SOON).toBe(2);
    await ann.hearsOfMask();
    await expect.poll(() => ben.objects.count(), SOON).toBe(2);
    const live = await follow(ann);
    expect(live.state().objects.map(({ label, prompts }) => [label, prompts.length])).toEqual([
      ['lemon', 1],
      [null, 1],
    ]);
    await ann.page.keyboard.press('Control+z');
    await expect.poll(() => ben.objects.allTextContents(), SOON).toEqual(['lemon']);
  });

  test('on a slow network nothing is lost or doubled, and the newest preview arrives', async () => {
    const person = await arrive();
    await person.openSample();
    const live = await follow(person);
    const cdp = await person.page.context().newCDPSession(person.page);
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 400,
      downloadThroughput: 50_000,
      uploadThroughput: 20_000,
    });
    for (const label of ['bottle', 'lemon', 'bottle', 'lemon']) await person.hover(on(label));
    await expect.poll(() => person.measured('maskwire:preview'), SOON).toBeGreaterThan(0);
    await person.click(on('lemon'));
    await person.click({ x: on('lemon').x + 25, y: on('lemon').y });
    await person.click({ x: on('lemon').x - 25, y: on('lemon').y });
    await expect.poll(() => live.state().objects.map(({ prompts }) => prompts.length), SOON).toEqual([3]);
    await expect.poll(() => person.measured('maskwire:prompt'), SOON).toBeGreaterThan(0);
  });

  test('the keyboard alone is enough', async () => {
    const person = await arrive();
    const { page } = person;
    const sample = page.getByRole('button', { name: 'Fruit bowl' });
    await sample.waitFor();
    for (let i = 0; i < 12 && !(await sample.evaluate((element) => element.matches(':focus'))); i++) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/session=/);
    await person.isReady();
    const live = await follow(person);
    expect(await person.stage.evaluate((element) => element.matches(':focus'))).toBe(true);

    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => person.measured('maskwire:preview'), SOON).toBeGreaterThan(0);
    await page.keyboard.press('Space');
    await person.hearsOfMask();
    await page.keyboard.press('2');
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Space');
    await expect.poll(() => live.state().objects[0]?.prompts.length, SOON).toBe(2);
    await page.keyboard.press('k');
    await page.keyboard.press('k');
    await page.keyboard.press('Delete');
    await expect.poll(() => live.state().objects[0]?.prompts.length, SOON).toBe(1);
    await page.keyboard.press('l');
    await page.keyboard.type('peach');
    await page.keyboard.press('Enter');
    await expect.poll(() => live.state().objects[0]?.label, SOON).toBe('peach');

    await person.stage.focus();
    await page.keyboard.press('3');
    await page.keyboard.press('Space');
    for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowRight');
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await expect.poll(() => live.state().objects[1]?.prompts, SOON).toMatchObject([{ __typename: 'BoxPrompt' }]);
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'hidden' });
  });

  test('fingers tap, hold, drag, pinch and accept', async () => {
    const person = await arrive(server.url, { viewport: { width: 430, height: 860 }, hasTouch: true, isMobile: true });
    const { page } = person;
    await page.getByRole('button', { name: 'Fruit bowl' }).tap();
    await page.waitForURL(/session=/);
    await person.isReady();
    const live = await follow(person);
    const lemon = await person.screenPoint(on('lemon'));
    await page.touchscreen.tap(lemon.x, lemon.y);
    await person.hearsOfMask();

    const fingers = new Fingers(await page.context().newCDPSession(page));
    const bottle = await person.screenPoint(on('bottle'));
    await fingers.press([bottle]);
    await expect.poll(() => live.state().objects[0]?.prompts.length, SOON).toBe(2);
    await fingers.lift();
    expect(live.state().objects[0]?.prompts[1]).toMatchObject({ label: 'BACKGROUND' });

    const zoom = page.locator('.zoom-controls output');
    const before = await zoom.textContent();
    await fingers.press([
      { x: 160, y: 300 },
      { x: 240, y: 300 },
    ]);
    await fingers.move([
      { x: 100, y: 300 },
      { x: 300, y: 300 },
    ]);
    await fingers.lift();
    await expect.poll(() => zoom.textContent(), SOON).not.toBe(before);
    expect(live.state().objects[0]?.prompts.length).toBe(2);

    await person.label.fill('lemon');
    await page.getByRole('button', { name: 'Accept' }).tap();
    await expect.poll(() => live.state().objects[0]?.status, SOON).toBe('ACCEPTED');
    await page.getByRole('button', { name: 'Show all' }).tap();
    const from = await person.screenPoint({ x: 960, y: 140 });
    const to = await person.screenPoint({ x: 1110, y: 630 });
    await fingers.press([from]);
    await fingers.move([to]);
    await fingers.lift();
    await expect.poll(() => live.state().objects[1]?.prompts, SOON).toMatchObject([{ __typename: 'BoxPrompt' }]);
  });
});

/** Fingers on the screen, by the browser's own input pipeline. */
class Fingers {
  constructor(private readonly cdp: CDPSession) {}

  async press(points: { x: number; y: number }[]): Promise<void> {
    await this.cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: points });
  }

  async move(points: { x: number; y: number }[]): Promise<void> {
    await this.cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: points });
  }

  async lift(): Promise<void> {
    await this.cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  }
}
