import { describe, expect, it } from 'vitest';
import { ModelLoads } from '#src/inference/modelLoads.js';

describe('ModelLoads', () => {
  it('tells the way of a model to memory, each change once', () => {
    const loads = new ModelLoads();
    const told: (string | undefined)[] = [];
    const end = loads.onChange('a', () => told.push(loads.of('a')?.stage));
    loads.waits('a', true);
    loads.waits('a', true);
    loads.began('a', 'encoder');
    // Both parts of it are one load, as long as the longer of them.
    loads.began('a', 'decoder');
    loads.waits('a', false);
    loads.ended('a', 'decoder');
    loads.ended('a', 'encoder');
    expect(told).toEqual(['WAITING_FOR_MEMORY', 'LOADING', undefined]);
    end();
    loads.began('a', 'encoder');
    expect(told).toHaveLength(3);
  });

  it('keeps models apart, and forgets what a process that is gone was loading', () => {
    const loads = new ModelLoads();
    loads.began('a', 'encoder');
    loads.waits('b', true);
    expect([loads.of('a')?.stage, loads.of('b')?.stage, loads.of('c')]).toEqual([
      ...['LOADING', 'WAITING_FOR_MEMORY', null],
    ]);
    loads.lost();
    expect([loads.of('a'), loads.of('b')?.stage]).toEqual([null, 'WAITING_FOR_MEMORY']);
  });
});
