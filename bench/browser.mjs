// Measures the annotator page in headless Chromium against a server of its own, with the default model:
// from pointer to pixels, bytes on the socket for a click, and frame times with 200 objects on 4000 x 3000 pixels.
// `node scripts/prepare.mjs && node bench/browser.mjs`; CHROMIUM names another browser than /usr/bin/chromium.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import WebSocket from 'ws';
import { connect } from '#src/client/index.js';

const OBJECTS = 200;
const LARGE = { width: 4000, height: 3000 };
const PREVIEWS = 120;
const CLICKS = 40;
const root = fileURLToPath(new URL('..', import.meta.url));

const data = await mkdtemp(join(tmpdir(), 'maskwire-bench-'));
const server = spawn(process.execPath, [`${root}dist/main.js`, 'serve', '--port', '0', '--data', data], {
  stdio: ['ignore', 'pipe', 'ignore'],
});
const url = await readyUrl(server);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  const [{ model }] = cpus();
  console.log(`${browser.browserType().name()} ${browser.version()}, no GPU; ${cpus().length} x ${model}`);
  console.log(`load before: ${loadavg()[0].toFixed(2)}`);
  const small = await sharp(`${root}samples/fruit-bowl.jpg`).toBuffer();
  await measurePrompts(await openSession(small, 0));
  const large = await sharp(small).resize(LARGE.width, LARGE.height, { fit: 'fill' }).jpeg().toBuffer();
  await measureFrames(await openSession(large, OBJECTS));
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  await rm(data, { recursive: true, force: true });
}

/** Pointer to pixels, and what goes over the socket. */
async function measurePrompts(sessionId) {
  const { page, stage } = await openPage(sessionId);
  const cdp = await page.context().newCDPSession(page);
  const bytes = { sent: 0, received: 0, frames: 0 };
  await cdp.send('Network.enable');
  const count = (direction) => (event) => {
    bytes[direction] += event.response.payloadData.length;
    bytes.frames++;
  };
  cdp.on('Network.webSocketFrameSent', count('sent'));
  cdp.on('Network.webSocketFrameReceived', count('received'));

  const places = spread(PREVIEWS + CLICKS, stage);
  for (const { x, y } of places.slice(0, PREVIEWS)) {
    await page.mouse.move(x, y);
    await page.waitForTimeout(120);
  }
  report('preview, one at a time', await measured(page, 'maskwire:preview'));

  await page.evaluate('performance.clearMeasures()');
  for (let i = 0; i < 400; i++) {
    const [from, to] = [places[i % 40], places[(i + 1) % 40]];
    const part = (i % 10) / 10;
    await page.mouse.move(from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part);
    await page.waitForTimeout(8);
  }
  report('preview, pointer always moving', await measured(page, 'maskwire:preview'));

  await page.mouse.move(stage.x + 3, stage.y + 3);
  await page.waitForTimeout(500);
  const perClick = { sent: [], received: [], frames: [] };
  for (const { x, y } of places.slice(PREVIEWS)) {
    await page.mouse.move(x, y);
    await page.waitForTimeout(400);
    Object.assign(bytes, { sent: 0, received: 0, frames: 0 });
    const before = (await measured(page, 'maskwire:prompt')).length;
    await page.mouse.down();
    await page.mouse.up();
    await page.waitForFunction(`performance.getEntriesByName('maskwire:prompt').length > ${before}`);
    await page.waitForTimeout(100);
    for (const [name, value] of Object.entries(bytes)) perClick[name].push(value);
    await page.keyboard.press('Escape');
  }
  report('click, new object', await measured(page, 'maskwire:prompt'));
  for (const [name, values] of Object.entries(perClick)) report(`${name} for a click`, values, '');
  await page.context().close();
}

/** How evenly frames come while the image is moved and zoomed. */
async function measureFrames(sessionId) {
  const { page, stage } = await openPage(sessionId);
  await page.waitForFunction(`document.querySelectorAll('.object').length === ${OBJECTS}`);
  await page.waitForTimeout(2000);
  const middle = { x: stage.x + stage.width / 2, y: stage.y + stage.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  const frames = async (title, move) => {
    await page.evaluate(`{
      globalThis.frameTimes = [];
      let last = performance.now();
      globalThis.counting = true;
      const tick = (now) => {
        frameTimes.push(now - last);
        last = now;
        if (counting) requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    }`);
    await move();
    report(title, (await page.evaluate('globalThis.counting = false, frameTimes')).slice(1));
    await page.waitForTimeout(800);
  };
  const each = async (steps, run) => {
    for (let i = 0; i < steps; i++) {
      await run(i);
      await page.waitForTimeout(14);
    }
  };
  await frames('frame, at rest', () => page.waitForTimeout(2000));
  await frames('frame, hovering', () => each(120, (i) => page.mouse.move(middle.x + i, middle.y + (i % 7))));
  await frames('frame, zooming in and out', () => each(160, (i) => page.mouse.wheel(0, i < 80 ? -40 : 40)));
  await page.keyboard.press('5');
  await page.mouse.down();
  await frames('frame, panning', () =>
    each(160, (i) => page.mouse.move(middle.x + 200 * Math.sin(i / 20), middle.y + 100 * Math.cos(i / 15))),
  );
  await page.mouse.up();
  await page.context().close();
}

async function openPage(sessionId) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  const page = await context.newPage();
  await page.goto(`${url}/?session=${sessionId}`);
  await page.waitForSelector('.stage');
  await page.waitForFunction(`!/Encoding|Waiting|Loading the model/.test(document.body.textContent)`);
  await page.waitForTimeout(500);
  return { page, stage: await page.locator('.stage').boundingBox() };
}

/** @returns the id of a session with so many accepted objects, spread over the image. */
async function openSession(file, objects) {
  const client = connect({ url, webSocketImpl: WebSocket, participant: { id: 'bench', name: 'Bench' } });
  const { id, width, height } = await client.uploadImage(file);
  const session = await client.openSession({ image: { id }, title: `${objects} objects` });
  while (session.state().status !== 'READY') await new Promise((resolve) => session.onState(resolve));
  const columns = Math.ceil(Math.sqrt((objects * width) / height));
  const rows = Math.ceil(objects / columns);
  for (let i = 0; i < objects; i++) {
    const x = ((i % columns) + 0.5) * (width / columns);
    const y = (Math.floor(i / columns) + 0.5) * (height / rows);
    const { objectId } = await session.addPoint({ x, y });
    await session.accept({ objectId, label: `object ${i + 1}` });
  }
  while (session.state().objects.some(({ candidates }) => candidates.length === 0)) {
    await new Promise((resolve) => session.onState(resolve));
  }
  client.close();
  return session.id;
}

/** Points over the middle of the stage, each far from the one before. */
function spread(count, { x, y, width, height }) {
  // The plastic number's powers give an even sequence in two dimensions.
  const [a, b] = [0.7548776662466927, 0.5698402909980532];
  return Array.from({ length: count }, (_, i) => ({
    x: x + width * (0.15 + 0.7 * ((0.5 + a * i) % 1)),
    y: y + height * (0.2 + 0.6 * ((0.5 + b * i) % 1)),
  }));
}

function measured(page, name) {
  return page.evaluate(`performance.getEntriesByName('${name}').map(({ duration }) => duration)`);
}

function report(title, values, unit = ' ms') {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part) =>
    `${(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(1)}${unit}`;
  console.log(
    `${title.padEnd(32)} p50 ${at(0.5).padStart(9)}  p95 ${at(0.95).padStart(9)}  max ${at(1).padStart(9)}  n ${values.length}`,
  );
}

async function readyUrl(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const found = /^maskwire ready (\S+)/.exec(line)?.[1];
    if (found === undefined) continue;
    child.stdout.resume();
    return found;
  }
  throw new Error('The server ended before it was ready.');
}
