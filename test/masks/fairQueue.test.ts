import { expect, it } from 'vitest';
import { FairQueue } from '#src/masks/fairQueue.js';

const [ada, bo, cy] = [{}, {}, {}];

function takeAll<T>(queue: FairQueue<T>, places: ReadonlyMap<T, Parameters<FairQueue<T>['remove']>[0]>): T[] {
  const taken: T[] = [];
  for (let item = queue.next(); item !== undefined; item = queue.next()) {
    const place = places.get(item);
    if (!place) throw new Error('Nobody has added that.');
    queue.remove(place);
    taken.push(item);
  }
  return taken;
}

it('gives each line a turn, in the order in which they came, and each line its things in their order', () => {
  const queue = new FairQueue<string>();
  const places = new Map(
    [
      [ada, 'a1'],
      [ada, 'a2'],
      [ada, 'a3'],
      [bo, 'b1'],
      [cy, 'c1'],
      [cy, 'c2'],
    ].map(([asker, item]) => [item as string, queue.add(asker as object, item as string)]),
  );
  expect(queue).toHaveLength(6);
  expect(takeAll(queue, places)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  expect(queue).toHaveLength(0);
});

it('lets things leave from anywhere in a line', () => {
  const queue = new FairQueue<number>();
  const places = new Map([1, 2, 3, 4, 5].map((n) => [n, queue.add(ada, n)]));
  for (const n of [3, 1, 5]) {
    const place = places.get(n);
    if (place) queue.remove(place);
  }
  expect(queue).toHaveLength(2);
  expect(takeAll(queue, places)).toEqual([2, 4]);
  places.set(6, queue.add(ada, 6));
  expect(takeAll(queue, places)).toEqual([6]);
});

it('knows the newest of the longest line', () => {
  const queue = new FairQueue<string>();
  expect(queue.newestOfLongest()).toBeUndefined();
  queue.add(ada, 'a1');
  queue.add(bo, 'b1');
  const place = queue.add(bo, 'b2');
  expect(queue.newestOfLongest()).toBe('b2');
  queue.remove(place);
  queue.add(ada, 'a2');
  expect(queue.newestOfLongest()).toBe('a2');
});
