import { readFile } from 'node:fs/promises';
import type { Browser, Download } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { decodeRle, type Rle } from '#src/masks/rle.js';
import { bitmapFromRuns } from '#src/masks/runs.js';
import { browserPath, launchBrowser } from './browser.js';
import { on, Person, sampleFile, SOON } from './person.js';
import { ServerProcess } from './serverProcess.js';

interface CocoFile {
  readonly images: readonly { readonly width: number; readonly height: number }[];
  readonly categories: readonly { readonly id: number; readonly name: string }[];
  readonly annotations: readonly {
    readonly id: number;
    readonly category_id: number;
    readonly segmentation: Rle;
    readonly bbox: readonly [number, number, number, number];
    readonly area: number;
  }[];
}

describe.skipIf(browserPath === null)('files in and out', () => {
  let server: ServerProcess;
  let browser: Browser;
  const people: Person[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([ServerProcess.start(), launchBrowser()]);
  });

  afterEach(async () => {
    const problems = people.flatMap((person) => person.problems);
    await Promise.all(people.splice(0).map((person) => person.leave()));
    expect(problems).toEqual([]);
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  const arrive = async () => {
    const person = await Person.at(browser, server.url, { permissions: ['clipboard-read', 'clipboard-write'] });
    people.push(person);
    return person;
  };

  /** Lets a drop or a paste of a file happen, as the browser would after the person's gesture. */
  const bring = async (person: Person, event: 'drop' | 'paste', bytes: Buffer, type: string) => {
    await person.page.locator('.start').waitFor();
    await person.page.evaluate(`{
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], 'brought.png', { type: '${type}' }));
      const options = { dataTransfer: transfer, clipboardData: transfer, bubbles: true, cancelable: true };
      const event = '${event}' === 'drop' ? new DragEvent('drop', options) : new ClipboardEvent('paste', options);
      document.querySelector('.start').dispatchEvent(event);
    }`);
  };

  test('a chosen file opens a session of its name, which the start page then lists', async () => {
    const person = await arrive();
    const { page } = person;
    await page.locator('input[type=file]').setInputFiles(sampleFile);
    await page.getByRole('heading', { name: 'fruit-bowl' }).waitFor();
    await page.getByRole('link', { name: 'All sessions' }).click();
    const entry = page.getByRole('link', { name: /fruit-bowl/ });
    await entry.waitFor();
    const picture = entry.locator('img');
    await expect
      .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth), SOON)
      .toBeGreaterThan(100);
    await entry.click();
    await person.stage.waitFor();
  });

  for (const event of ['drop', 'paste'] as const) {
    test(`a ${event === 'drop' ? 'dropped' : 'pasted'} image opens a session`, async () => {
      const person = await arrive();
      const png = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#884422' } })
        .png()
        .toBuffer();
      await bring(person, event, png, 'image/png');
      await person.page.getByText('64 × 48').waitFor();
    });
  }

  test('what is no image is refused in words', async () => {
    const person = await arrive();
    await bring(person, 'drop', Buffer.from('not an image'), 'image/png');
    await person.page.getByText('The image could not be opened').waitFor();
    await bring(person, 'drop', Buffer.from('{}'), 'application/json');
    await person.page.getByText('The clipboard or drop holds no image.').waitFor();
  });

  test('a changed name is kept, and everybody sees it', async () => {
    const person = await arrive();
    await person.openSample();
    await person.page.getByRole('button', { name: /change your name/ }).click();
    await person.page.getByRole('textbox', { name: 'Your name' }).fill('Zoë 北');
    await person.page.getByRole('button', { name: 'Save' }).click();
    await person.isReady();
    const other = await arrive();
    await other.page.goto(person.page.url());
    await other.page.getByRole('img', { name: 'Zoë 北' }).waitFor();
    await person.page.reload();
    await person.page.getByRole('button', { name: 'Zoë 北 (you): change your name' }).waitFor();
  });

  test('exports hold the accepted masks, pixel by pixel', async () => {
    const person = await arrive();
    await person.openSample();
    for (const label of ['lemon', 'bottle']) {
      await person.click(on(label));
      await person.hearsOfMask();
      await person.accept(label);
    }
    const take = async (name: string) => {
      const download = person.page.waitForEvent('download');
      await person.page.getByRole('button', { name: 'Export' }).click();
      await person.page.getByRole('button', { name }).click();
      return contents(await download);
    };

    const coco = JSON.parse((await take('COCO JSON')).toString()) as CocoFile;
    expect(coco.images).toMatchObject([{ width: 1280, height: 853 }]);
    expect(coco.annotations.map(({ category_id: id }) => coco.categories.find((one) => one.id === id)?.name)).toEqual([
      'lemon',
      'bottle',
    ]);
    const bitmaps = coco.annotations.map(({ segmentation }) => bitmapFromRuns(decodeRle(segmentation)));
    expect(bitmaps.map((bitmap) => bitmap.reduce((sum, bit) => sum + bit, 0))).toEqual(
      coco.annotations.map(({ area }) => area),
    );

    const map = await sharp(await take('Label map PNG'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(map.info).toMatchObject({ width: 1280, height: 853 });
    const { channels } = map.info;
    const [first, second] = bitmaps;
    const wrong = first?.findIndex((bit, i) => map.data[i * channels] !== (second?.[i] === 1 ? 2 : bit));
    expect(wrong).toBe(-1);

    const cutout = await sharp(await take('Cut-out PNG'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const opaque = cutout.data.filter((value, i) => i % 4 === 3 && value === 255).length;
    const either = first?.filter((bit, i) => bit === 1 || second?.[i] === 1).length;
    expect(opaque).toBe(either);

    await person.page.getByRole('button', { name: 'Export' }).click();
    await person.page.getByRole('button', { name: 'Copy as SVG path' }).click();
    await person.page.getByText('SVG copied.').waitFor();
    const svg = await person.page.evaluate('navigator.clipboard.readText()');
    expect(svg).toMatch(/^<svg[^>]+viewBox="0 0 1280 853">\n {2}<path [^>]+ d="M[^"]+Z"><title>lemon<\/title>/i);
  });
});

async function contents(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}
