import { useEffect, useState } from 'preact/hooks';

/** Something that changes and can be read at once. */
export interface Observable<T> {
  get(): T;
  /** @returns ends the subscription. */
  subscribe(listener: () => void): () => void;
}

/** Holds one immutable state. */
export class Store<T extends object> implements Observable<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private state: T) {}

  get(): T {
    return this.state;
  }

  /** Replaces the given fields; listeners hear of it where one of them is another value than before. */
  set(fields: Partial<T>): void {
    const next = { ...this.state, ...fields };
    if ((Object.keys(fields) as (keyof T)[]).every((key) => next[key] === this.state[key])) return;
    this.state = next;
    for (const listener of [...this.listeners]) listener();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** Renders again when the selected value is another one than before (`Object.is`). */
export function useSelected<T, S>(observable: Observable<T>, select: (state: T) => S): S {
  const selected = select(observable.get());
  const [, render] = useState<S>(selected);
  useEffect(() => {
    const update = () => render(() => select(observable.get()));
    update();
    return observable.subscribe(update);
    // `select` is written in place by callers and reads nothing but the state.
  }, [observable]);
  return selected;
}
