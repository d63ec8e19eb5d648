import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, launchBrowser } from './browser.js';
import { on, Person } from './person.js';
import { ServerProcess } from './serverProcess.js';

/** WCAG 2.2 AA, success criterion 1.4.3, for text that is not large. */
const AA = 4.5;

describe.skipIf(browserPath === null)('the page for everyone', () => {
  let server: ServerProcess;
  let browser: Browser;
  let person: Person;

  beforeAll(async () => {
    [server, browser] = await Promise.all([ServerProcess.start(), launchBrowser()]);
    person = await Person.at(browser, server.url);
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  test('text stands out from its ground, and every control has a name', async () => {
    const { page } = person;
    await page.getByRole('button', { name: 'Fruit bowl' }).waitFor();
    expect(await faintTexts(page)).toEqual([]);
    expect(await namelessControls(page)).toEqual([]);

    await person.openSample();
    await person.click(on('lemon'));
    await person.hearsOfMask();
    await person.accept('lemon');
    await person.click(on('bottle'));
    await person.hearsOfMask();
    expect(await faintTexts(page)).toEqual([]);
    expect(await namelessControls(page)).toEqual([]);

    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    expect(await faintTexts(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'hidden' });
  });

  test('Tab goes through the page in the order of reading and never gets caught', async () => {
    const { page } = person;
    await page.locator('.top-bar a').focus();
    const order: string[] = [];
    for (let i = 0; i < 60 && order.at(-1) !== 'end'; i++) {
      order.push(await page.evaluate(regionOfFocus));
      await page.keyboard.press('Tab');
    }
    expect(order.filter((region, i) => region !== order[i - 1])).toEqual([
      'top-bar',
      'stage',
      'toolbar',
      'zoom-controls',
      'hand',
      'objects',
      'end',
    ]);
  });

  test('what has the focus can be seen', async () => {
    const { page } = person;
    await page.locator('.top-bar a').focus();
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle)).toBe(
        'solid',
      );
    }
  });
});

function regionOfFocus(): string {
  const regions = ['top-bar', 'stage', 'toolbar', 'zoom-controls', 'hand', 'objects'];
  return regions.find((name) => document.activeElement?.closest(`.${name}`)) ?? 'end';
}

/** Texts whose contrast with what lies behind them is too small, with the contrast. */
function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    type Color = readonly [number, number, number, number];
    const parse = (text: string): Color => {
      const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
      return [r, g, b, a];
    };
    const over = ([r, g, b, a]: Color, [x, y, z]: Color): Color => [
      r * a + x * (1 - a),
      g * a + y * (1 - a),
      b * a + z * (1 - a),
      1,
    ];
    const ground = (element: Element | null): Color =>
      element ? over(parse(getComputedStyle(element).backgroundColor), ground(element.parentElement)) : [0, 0, 0, 1];
    const luminance = (color: Color) => {
      const [r = 0, g = 0, b = 0] = color.map((value) =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const faint: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const text = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
      const words = text
        .map(({ textContent }) => textContent ?? '')
        .join('')
        .trim();
      if (words === '' || element.closest(':disabled') || !element.checkVisibility()) continue;
      const behind = ground(element);
      const front = over(parse(getComputedStyle(element).color), behind);
      const [dark = 0, light = 0] = [luminance(front), luminance(behind)].sort((a, b) => a - b);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < least) faint.push(`${words.slice(0, 40)}: ${contrast.toFixed(2)}`);
    }
    return faint;
  }, AA);
}

/** Buttons, links and fields that a screen reader could not tell. */
function namelessControls(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a[href], input')]
      .filter((control) => {
        const labelled = control instanceof HTMLInputElement && (control.labels?.length ?? 0) > 0;
        return !labelled && !control.getAttribute('aria-label') && control.textContent.trim() === '';
      })
      .map(({ outerHTML }) => outerHTML.slice(0, 120)),
  );
}
