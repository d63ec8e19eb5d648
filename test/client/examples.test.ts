import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestServer } from './support.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const guide = await readFile(`${root}docs/client.md`, 'utf8');

/** The examples marked to be run, each under the heading above it. */
const examples = [...guide.matchAll(/^#+ (?<heading>[^\n]*)$|^```js run\n(?<code>.*?)^```$/gms)].reduce<
  { heading: string; code: string }[]
>((found, { groups }, i, all) => {
  const heading = all.slice(0, i).findLast((match) => match.groups?.['heading'] !== undefined)?.groups?.['heading'];
  const code = groups?.['code'];
  return code === undefined ? found : [...found, { heading: heading ?? '', code }];
}, []);

/** What each prints, where the examples before it have run. */
const printed: Readonly<Record<string, RegExp>> = {
  'A first mask': /^A mask of \d+ pixels, IoU about \d\.\d\d: .* …\n\[ 'apple: ACCEPTED' \]\n$/,
  'Following a log across runs of a program':
    /^1 Ada SessionOpened\n(.*\n)*\d+ server CandidatesProduced\n\d+ Ada ObjectAccepted\n$/,
  'graphql-ws': /^1 SessionOpened\n(.*\n)*\d SessionReady\n$/,
  'Apollo Client': /^obj_\w+: 3 candidates\n$/,
  urql: /^READY\n$/,
};

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
  // Within the package, so that its own name and its packages are found.
  await mkdir(`${root}dist/examples`, { recursive: true });
});
afterAll(() => server.remove());

describe('the examples of the guide', () => {
  it('are those of which this test knows what they print', () => {
    expect(examples.map(({ heading }) => heading)).toEqual(Object.keys(printed));
  });

  it.each(examples)('run: $heading', async ({ heading, code }) => {
    const file = `${root}dist/examples/${heading.replaceAll(/\W+/g, '-')}.mjs`;
    await writeFile(file, code.replaceAll('127.0.0.1:4000', new URL(server.url).host));
    const child = spawn(process.execPath, [file], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    const [status] = (await once(child, 'close')) as [number | null];
    expect(output).toMatch(printed[heading] ?? /^$/);
    expect(status).toBe(0);
  });
});
