import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { serve, temporaryFolder } from '../resolvers/support.js';

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

async function demo(...args: string[]): Promise<{ status: unknown; out: string; err: string }> {
  const child = spawn(process.execPath, [path('dist/main.js'), 'demo', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const [status] = (await once(child, 'close')) as [unknown];
  return { status, out, err };
}

describe('maskwire demo', () => {
  it.each(['its own', 'a running'])('plays a session against %s server and draws the best mask', async (which) => {
    const photo = path('samples/aquarium.jpg');
    const out = join(await temporaryFolder(), 'out.png');
    const server = which === 'its own' ? [] : ['--url', (await serve()).url];
    const played = await demo(photo, '--point', '700,330', '--background', '900,250', '--out', out, ...server);
    expect(played).toMatchObject({ status: 0, err: '' });
    expect(played.out).toMatch(/session {3}ready\n(.*\n)*encode .* ms\n(.*\n)*mask 0 .*← best\npicture/);
    const [before, after] = await Promise.all([
      sharp(photo).raw().toBuffer(),
      sharp(out).removeAlpha().raw().toBuffer(),
    ]);
    expect(after.length).toBe(before.length);
    expect((await sharp(await readFile(out)).metadata()).format).toBe('png');
    // The first click's dot is green.
    const pixel = (330 * 1280 + 700) * 3;
    expect([...after.subarray(pixel, pixel + 3)]).toEqual([40, 220, 90]);
  });

  it('says what is wrong with what it was given', async () => {
    expect(await demo('no-such-photo.jpg')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/cannot read no-such-photo\.jpg .*ENOENT.*samples\/aquarium\.jpg/) as string,
    });
    expect(await demo(path('samples/README.md'))).toMatchObject({
      status: 1,
      err: expect.stringMatching(/JPEG/i) as string,
    });
    const photo = path('samples/aquarium.jpg');
    expect((await demo(photo, '--point', '1;2')).err).toMatch(/expected --point x,y in pixels; got "1;2"/);
    expect((await demo(photo, '--point', '5000,2')).err).toMatch(/expected 0 to 1280/);
    expect(await demo()).toMatchObject({ status: 2, out: expect.stringMatching(/^Usage: maskwire demo/) as string });
  });
});
