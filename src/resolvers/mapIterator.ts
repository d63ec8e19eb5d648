/**
 * The values of another iterator, each mapped; `finish` is called once, when it ends, fails or is returned. Written by
 * hand and not as a generator: a generator's `return` would wait for the value that it is waiting for.
 */
export function mapIterator<T, U>(
  source: AsyncIterableIterator<T>,
  map: (value: T) => U,
  finish: () => void,
): AsyncIterableIterator<U> {
  let finished = false;
  const end = (): IteratorReturnResult<undefined> => {
    if (!finished) finish();
    finished = true;
    return { done: true, value: undefined };
  };
  const iterator: AsyncIterableIterator<U> = {
    next: async () => {
      try {
        const result: IteratorResult<T, unknown> = await source.next();
        return result.done ? end() : { done: false, value: map(result.value) };
      } catch (error) {
        end();
        throw error;
      }
    },
    return: async () => {
      await source.return?.();
      return end();
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
