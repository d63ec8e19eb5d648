import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { rleArea } from '#src/client/index.js';
import { browserPath, launchBrowser } from './browser.js';
import { on, Person, SOON, watch } from './person.js';
import { ServerProcess } from './serverProcess.js';

describe.skipIf(browserPath === null)('people at the page', () => {
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

  const arrive = async (url = server.url) => {
    const person = await Person.at(browser, url);
    people.push(person);
    return person;
  };

  const openSample = async () => {
    const person = await arrive();
    await person.openSample();
    const watcher = await watch(server.url, person.sessionId);
    ends.push(watcher.end);
    return { person, live: watcher.live };
  };

  test('hovering lights up a mask and stores nothing', async () => {
    const { person, live } = await openSample();
    await person.hover(on('lemon'));
    await expect.poll(() => person.measured('maskwire:preview'), SOON).toBeGreaterThan(0);
    expect(await person.isPainted('live', on('lemon'))).toBe(true);
    await person.page.mouse.move(600, 20);
    await expect.poll(() => person.isPainted('live', on('lemon')), SOON).toBe(false);
    expect(live.state().objects).toEqual([]);
  });

  test('clicks make, refine and accept an object, and the next click begins another', async () => {
    const { person, live } = await openSample();
    await person.click(on('lemon'));
    await person.hearsOfMask();
    expect(await person.candidates.count()).toBeGreaterThan(0);
    await person.click(on('bottle'), 'right');
    await expect.poll(() => live.state().objects[0]?.prompts.length, SOON).toBe(2);
    expect(live.state().objects[0]?.prompts).toMatchObject([{ label: 'FOREGROUND' }, { label: 'BACKGROUND' }]);
    await expect.poll(() => live.state().objects[0]?.candidatesRevision, SOON).toBe(2);
    await person.accept('lemon');
    expect(live.state().objects).toMatchObject([{ status: 'ACCEPTED', label: 'lemon' }]);
    await expect.poll(() => person.isPainted('masks', on('lemon')), SOON).toBe(true);

    await person.click(on('bottle'));
    await expect.poll(() => person.objects.count(), SOON).toBe(2);
    expect(live.state().objects.map(({ prompts }) => prompts.length)).toEqual([2, 1]);
  });

  test('a point lies where it was clicked, at any zoom', async () => {
    const { person, live } = await openSample();
    const at = on('bottle');
    const { x, y } = await person.screenPoint(at);
    await person.page.mouse.move(x, y);
    await person.page.mouse.wheel(0, -700);
    await person.page.mouse.click(x, y);
    await expect.poll(() => live.state().objects.length, SOON).toBe(1);
    const [prompt] = live.state().objects[0]?.prompts ?? [];
    expect(prompt).toMatchObject({ __typename: 'PointPrompt' });
    if (prompt?.__typename !== 'PointPrompt') return;
    expect(Math.hypot(prompt.x - at.x, prompt.y - at.y)).toBeLessThan(1.5);
  });

  test('two fast clicks go to one object', async () => {
    const { person, live } = await openSample();
    await person.click(on('lemon'));
    await person.click({ x: on('lemon').x + 20, y: on('lemon').y });
    await expect.poll(() => live.state().objects[0]?.prompts.length, SOON).toBe(2);
    expect(live.state().objects.length).toBe(1);
  });

  test('dragging makes a box, and a dragged point moves', async () => {
    const { person, live } = await openSample();
    const { page } = person;
    const from = await person.screenPoint({ x: 130, y: 640 });
    const to = await person.screenPoint({ x: 370, y: 770 });
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
    await person.hearsOfMask();
    const [box] = live.state().objects[0]?.prompts ?? [];
    expect(box).toMatchObject({ __typename: 'BoxPrompt' });

    await person.click(on('lemon'));
    await expect.poll(() => live.state().objects[0]?.prompts.length, SOON).toBe(2);
    const point = await person.screenPoint(on('lemon'));
    await page.mouse.move(point.x, point.y);
    await page.mouse.down();
    await page.mouse.move(point.x + 30, point.y, { steps: 4 });
    await page.mouse.up();
    const pointAt = () => live.state().objects[0]?.prompts.find(({ __typename }) => __typename === 'PointPrompt');
    await expect
      .poll(() => {
        const prompt = pointAt();
        return prompt?.__typename === 'PointPrompt' ? prompt.x - on('lemon').x : 0;
      }, SOON)
      .toBeGreaterThan(20);
    await page.mouse.click(point.x + 30, point.y, { button: 'right' });
    await expect
      .poll(() => live.state().objects[0]?.prompts.map(({ __typename }) => __typename), SOON)
      .toEqual(['BoxPrompt']);
  });

  test('the brush sends a rough mask', async () => {
    const { person, live } = await openSample();
    const { page } = person;
    await page.keyboard.press('4');
    const { x, y } = await person.screenPoint(on('lemon'));
    await page.mouse.move(x - 30, y);
    await page.mouse.down();
    await page.mouse.move(x + 30, y, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => live.state().objects[0]?.prompts, SOON).toMatchObject([{ __typename: 'MaskPrompt' }]);

    // A second stroke adds to the first.
    const area = () => {
      const prompt = live.state().objects[0]?.prompts[0];
      return prompt?.__typename === 'MaskPrompt' ? rleArea(prompt.rle) : 0;
    };
    const first = area();
    expect(first).toBeGreaterThan(0);
    await page.mouse.move(x - 30, y + 30);
    await page.mouse.down();
    await page.mouse.move(x + 30, y + 30, { steps: 5 });
    await page.mouse.up();
    await expect.poll(area, SOON).toBeGreaterThan(1.3 * first);
    expect(live.state().objects.length).toBe(1);
  });

  test('two people see each other and each other’s work as it happens', async () => {
    const { person: ann, live } = await openSample();
    const ben = await arrive(ann.page.url());
    await ben.isReady();
    await expect.poll(() => ann.page.locator('.people > .avatar').count(), SOON).toBe(2);

    await ben.hover(on('bottle'));
    await ann.click(on('lemon'));
    await ann.hearsOfMask();
    await expect.poll(() => ben.page.getByText(/Draft of/).count(), SOON).toBe(1);
    await expect.poll(() => ben.page.getByRole('img', { name: /has it in hand/ }).count(), SOON).toBe(1);
    await ann.accept('lemon');
    await expect.poll(() => ben.objects.allTextContents(), SOON).toEqual(['lemon']);

    // Each takes back only their own.
    await ben.click(on('bottle'));
    await ben.hearsOfMask();
    await ben.accept('bottle');
    await ann.page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => live.state().objects.map(({ status }) => status), SOON).toEqual(['DRAFT', 'ACCEPTED']);
    await ann.page.getByRole('button', { name: 'Redo' }).click();
    await expect.poll(() => live.state().objects.map(({ status }) => status), SOON).toEqual(['ACCEPTED', 'ACCEPTED']);
  });

  test('candidates are chosen with a click or a key', async () => {
    const { person, live } = await openSample();
    await person.click(on('bottle'));
    await person.hearsOfMask();
    const count = await person.candidates.count();
    expect(count).toBeGreaterThan(1);
    const selected = () => live.state().objects[0]?.selectedCandidate?.index;
    await person.candidates.nth(1).click();
    await expect.poll(selected, SOON).toBe(1);
    await person.stage.focus();
    await person.page.keyboard.press('[');
    await expect.poll(selected, SOON).toBe(0);
    // The second counts from the first, whether that has been answered or not.
    await person.page.keyboard.press('[');
    await person.page.keyboard.press('[');
    await expect.poll(selected, SOON).toBe(count - 2);
  });

  test('objects can be hidden, locked, renamed and deleted', async () => {
    const { person, live } = await openSample();
    const { page } = person;
    await person.click(on('lemon'));
    await person.hearsOfMask();
    await person.accept('lemon');
    await page.getByRole('button', { name: 'Hide lemon' }).click();
    await expect.poll(() => person.isPainted('masks', on('lemon')), SOON).toBe(false);
    await page.getByRole('button', { name: 'Show lemon' }).click();
    await page.getByRole('button', { name: 'Lock lemon' }).click();
    expect(await page.getByRole('button', { name: 'Delete lemon' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Unlock lemon' }).click();
    await page.locator('.object-name').click();
    await person.label.fill('citrus');
    await page.getByRole('button', { name: 'Rename' }).click();
    await expect.poll(() => live.state().objects[0]?.label, SOON).toBe('citrus');
    await page.getByRole('button', { name: 'Delete citrus' }).click();
    await expect.poll(() => live.state().objects.length, SOON).toBe(0);
    await page.keyboard.press('Control+z');
    await expect.poll(() => live.state().objects.length, SOON).toBe(1);
  });

  test('a link to a session that does not exist says so', async () => {
    const person = await arrive(`${server.url}/?session=nowhere`);
    await person.page.getByRole('heading', { name: 'There is no such session' }).waitFor();
    await person.page.getByRole('link', { name: 'Back to the start' }).click();
    await person.page.getByRole('heading', { name: 'maskwire' }).waitFor();
  });
});
