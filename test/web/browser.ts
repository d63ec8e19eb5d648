import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where Debian and Ubuntu put it; CHROMIUM names another one. */
const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser's path; null where there is none, and then the tests of the page are skipped. */
export const browserPath = places.find((path) => path !== undefined && existsSync(path)) ?? null;

if (browserPath === null) {
  console.warn('The tests of the page are skipped: there is no Chromium. Install it, or name one in CHROMIUM.');
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(): Promise<Browser> {
  if (browserPath === null) throw new Error('There is no Chromium.');
  return chromium.launch({ executablePath: browserPath, args: flags });
}
