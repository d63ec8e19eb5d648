import { describe, expect, it } from 'vitest';
import { runInGroups } from '#src/inference/batchTensors.js';

describe('runInGroups', () => {
  const words = ['ape', 'bear', 'ant', 'cat', 'bat', 'boar'];
  const keys = [(word: string) => word[0], (word: string) => word.length];

  it('runs together what agrees in every key, and answers in the order of the items', async () => {
    const groups: (readonly string[])[] = [];
    const answers = await runInGroups(words, keys, (group) => {
      groups.push(group);
      return Promise.resolve(group.map((word) => word.toUpperCase()));
    });
    expect(groups).toEqual([['ape', 'ant'], ['bear', 'boar'], ['bat'], ['cat']]);
    expect(answers).toEqual(['APE', 'BEAR', 'ANT', 'CAT', 'BAT', 'BOAR']);
  });

  it('runs one group at a time', async () => {
    let running = 0;
    await runInGroups(words, keys, async (group) => {
      expect(++running).toBe(1);
      await new Promise(setImmediate);
      running--;
      return group;
    });
  });

  it('runs nothing where there is nothing', async () => {
    expect(await runInGroups([], keys, () => Promise.reject(new Error('ran')))).toEqual([]);
  });
});
