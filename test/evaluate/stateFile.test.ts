import { appendFile, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVALUATION_LIMITS } from '#src/evaluate/limits.js';
import { StateFile } from '#src/evaluate/stateFile.js';
import { resultOf, temporaryFolder } from './support.js';

const IDENTITY = { protocol: 1, model: 'm', data: 'd' } as const;
const path = async () => join(await temporaryFolder(), 'state');

describe('StateFile', () => {
  it('answers what was appended before, and goes on after it', async () => {
    const file = await path();
    const first = await StateFile.open(file, IDENTITY);
    expect(first.results).toEqual([]);
    await first.state.append([resultOf([0.25]), resultOf([0.5], { annotation: 1 })]);
    const second = await StateFile.open(file, IDENTITY);
    expect(second.results).toEqual([resultOf([0.25]), resultOf([0.5], { annotation: 1 })]);
    await second.state.append([resultOf([0.75], { annotation: 2 })]);
    expect((await StateFile.open(file, IDENTITY)).results).toHaveLength(3);
  });

  it('drops a line that was half written', async () => {
    const file = await path();
    const { state } = await StateFile.open(file, IDENTITY);
    await state.append([resultOf([0.25])]);
    const whole = await readFile(file, 'utf8');
    await appendFile(file, '{"image":"a.j');
    const { state: again, results } = await StateFile.open(file, IDENTITY);
    expect(results).toEqual([resultOf([0.25])]);
    expect(await readFile(file, 'utf8')).toBe(whole);
    await again.append([resultOf([0.5], { annotation: 1 })]);
    expect((await StateFile.open(file, IDENTITY)).results).toHaveLength(2);
  });

  it('begins anew where even the first line was half written', async () => {
    const file = await path();
    await writeFile(file, '{"proto');
    expect((await StateFile.open(file, IDENTITY)).results).toEqual([]);
    expect((await StateFile.open(file, IDENTITY)).results).toEqual([]);
  });

  it.each(['model', 'data'] as const)('refuses the results of another %s', async (key) => {
    const file = await path();
    await StateFile.open(file, { ...IDENTITY, [key]: 'other' });
    await expect(StateFile.open(file, IDENTITY)).rejects.toThrow(/m on the data d .* but got .*other.*begin anew/);
  });

  it('refuses a file of another kind, and leaves it as it is', async () => {
    const file = await path();
    await writeFile(file, 'a letter\n');
    await expect(StateFile.open(file, IDENTITY)).rejects.toThrow(/got "a letter": name another file/);
    expect(await readFile(file, 'utf8')).toBe('a letter\n');
  });

  it('refuses a file beyond maxStateFileBytes', async () => {
    const file = await path();
    const handle = await open(file, 'w');
    await handle.truncate(EVALUATION_LIMITS.maxStateFileBytes + 1);
    await handle.close();
    await expect(StateFile.open(file, IDENTITY)).rejects.toMatchObject({ details: { limit: 'maxStateFileBytes' } });
  });
});
