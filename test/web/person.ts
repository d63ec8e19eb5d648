import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { connect, type LiveSession } from '#src/client/index.js';
import { expect } from 'vitest';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import WebSocket from 'ws';

const samples = fileURLToPath(new URL('../../samples/', import.meta.url));

/** The picture that the tests work on, as the start page calls it, and where its things are. */
export const SAMPLE = 'Fruit bowl';
export const sampleFile = `${samples}fruit-bowl.jpg`;

interface SampleNotes {
  readonly image: { readonly width: number; readonly height: number };
  readonly annotations: readonly { readonly label: string; readonly point_coords: readonly [[number, number]] }[];
}

const notes = JSON.parse(readFileSync(`${samples}fruit-bowl.json`, 'utf8')) as SampleNotes;

/** A point on the thing of this name, in pixels of the sample image. */
export function on(label: string): { x: number; y: number } {
  const thing = notes.annotations.find((annotation) => annotation.label === label);
  if (!thing) throw new Error(`The sample image has no ${label}.`);
  const [[x, y]] = thing.point_coords;
  return { x, y };
}

/** One person at a browser of their own. */
export class Person {
  /** What the page threw or logged as an error. */
  readonly problems: string[] = [];

  private constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.problems.push(String(error.stack)));
  }

  static async at(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
    context.setDefaultTimeout(15_000);
    const person = new Person(await context.newPage());
    await person.page.goto(url);
    return person;
  }

  get stage(): Locator {
    return this.page.getByRole('application', { name: 'Image' });
  }

  /** What a screen reader is told. */
  get said(): Locator {
    return this.page.locator('p[role="status"]');
  }

  get label(): Locator {
    return this.page.getByRole('combobox', { name: 'Label', exact: true });
  }

  /** The names in the list of objects, the latest first. */
  get objects(): Locator {
    return this.page.locator('.object .name');
  }

  get candidates(): Locator {
    return this.page.getByRole('list', { name: 'Candidates' }).getByRole('button');
  }

  get sessionId(): string {
    return new URL(this.page.url()).searchParams.get('session') ?? '';
  }

  async openSample(): Promise<void> {
    await this.page.getByRole('button', { name: SAMPLE }).click();
    await this.page.waitForURL(/session=/);
    await this.isReady();
  }

  /** Waits until prompts are answered at once. */
  async isReady(): Promise<void> {
    await this.stage.waitFor();
    await expect
      .poll(() => this.page.getByText(/Encoding|Waiting for the encoder|Loading the model/).count(), SOON)
      .toBe(0);
  }

  /** Where a point of the image is on the screen while the whole image is shown in the middle of the stage. */
  async screenPoint(at: { x: number; y: number }): Promise<{ x: number; y: number }> {
    const box = await this.stage.boundingBox();
    if (!box) throw new Error('The stage is not shown.');
    const { width, height } = notes.image;
    const margin = 24;
    const scale = Math.min((box.width - 2 * margin) / width, (box.height - 2 * margin) / height);
    return {
      x: box.x + (box.width - width * scale) / 2 + at.x * scale,
      y: box.y + (box.height - height * scale) / 2 + at.y * scale,
    };
  }

  async hover(at: { x: number; y: number }): Promise<void> {
    const { x, y } = await this.screenPoint(at);
    await this.page.mouse.move(x - 2, y - 2);
    await this.page.mouse.move(x, y);
  }

  async click(at: { x: number; y: number }, button: 'left' | 'right' = 'left'): Promise<void> {
    const { x, y } = await this.screenPoint(at);
    await this.page.mouse.click(x, y, { button });
  }

  /** Waits until the page has said that a mask was found. */
  async hearsOfMask(): Promise<void> {
    await expect.poll(() => this.said.textContent(), SOON).toMatch(/Mask found/);
  }

  async accept(label: string): Promise<void> {
    await this.label.fill(label);
    await this.label.press('Enter');
    await expect.poll(() => this.objects.allTextContents(), SOON).toContain(label);
    await expect.poll(() => this.said.textContent(), SOON).toContain('Accepted');
  }

  /** Whether a layer of the stage shows anything at a point of the image. */
  async isPainted(layer: 'masks' | 'live', at: { x: number; y: number }): Promise<boolean> {
    const box = await this.stage.boundingBox();
    const { x, y } = await this.screenPoint(at);
    const place = { x: x - (box?.x ?? 0), y: y - (box?.y ?? 0) };
    return this.stage.locator(`canvas >> nth=${layer === 'masks' ? 1 : 2}`).evaluate((element, spot) => {
      const canvas = element as HTMLCanvasElement;
      const density = canvas.width / canvas.clientWidth;
      const pixel = canvas.getContext('2d')?.getImageData(spot.x * density, spot.y * density, 1, 1).data;
      return (pixel?.[3] ?? 0) > 0;
    }, place);
  }

  /** How many of the measurements of this name the page has made. */
  measured(name: 'maskwire:preview' | 'maskwire:prompt'): Promise<number> {
    return this.page.evaluate(`performance.getEntriesByName('${name}').length`);
  }

  async leave(): Promise<void> {
    await this.page.context().close();
  }
}

/** For things that take a decode or two on a busy machine. */
export const SOON = { timeout: 15_000 };

/** The session as a client without a page sees it. */
export async function watch(url: string, sessionId: string): Promise<{ live: LiveSession; end: () => void }> {
  const client = connect({ url, webSocketImpl: WebSocket, participant: { id: 'watcher', name: 'Watcher' } });
  return { live: await client.joinSession(sessionId), end: () => client.close() };
}
