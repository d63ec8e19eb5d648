import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { serve } from '../resolvers/support.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('README.md', () => {
  it('shows a first subscription that works as it stands', async () => {
    const { url } = await serve();
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [, example = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];
    const code = example.replace('http://127.0.0.1:4000', url);
    expect(code).not.toBe(example);
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], { cwd: root });
    expect(stdout).toMatch(/^obj_\w+ 0\.\d+/);
    expect(stdout).toMatch(/size: \[ 853, 1280 \]/);
  });
});
