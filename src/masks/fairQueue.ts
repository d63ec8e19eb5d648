/** Where something waits in a `FairQueue`. */
export interface Place<T> {
  readonly item: T;
}

interface Link<T> extends Place<T> {
  readonly line: Line<T>;
  before: Link<T> | null;
  after: Link<T> | null;
}

interface Line<T> {
  readonly asker: object;
  first: Link<T> | null;
  last: Link<T> | null;
  length: number;
}

/**
 * Things that wait, in a line of its own for each who asks. The lines take turns, one thing at a turn, so that whoever
 * asks for one thing waits for as many as there are askers, however much these ask for. Adding, removing and finding the
 * next take constant time.
 */
export class FairQueue<T> {
  // In the order of their turns.
  private readonly lines = new Map<object, Line<T>>();
  #length = 0;

  /** Things in all lines. */
  get length(): number {
    return this.#length;
  }

  /** At the end of the asker's line. @param asker compared by identity. */
  add(asker: object, item: T): Place<T> {
    let line = this.lines.get(asker);
    if (!line) {
      line = { asker, first: null, last: null, length: 0 };
      this.lines.set(asker, line);
    }
    const link: Link<T> = { item, line, before: line.last, after: null };
    if (line.last) line.last.after = link;
    else line.first = link;
    line.last = link;
    line.length++;
    this.#length++;
    return link;
  }

  /** @param place one that `add` gave and that was not removed yet. */
  remove(place: Place<T>): void {
    const { line, before, after } = place as Link<T>;
    if (before) before.after = after;
    else line.first = after;
    if (after) after.before = before;
    else line.last = before;
    line.length--;
    this.#length--;
    if (line.length === 0) this.lines.delete(line.asker);
  }

  /** The first of the line whose turn it is, which then is the last to have another turn; undefined where nothing waits. */
  next(): T | undefined {
    const [line] = this.lines.values();
    if (!line) return undefined;
    this.lines.delete(line.asker);
    this.lines.set(line.asker, line);
    return line.first?.item;
  }

  /** The newest of the longest line; undefined where nothing waits. Takes time for each line. */
  newestOfLongest(): T | undefined {
    let longest: Line<T> | undefined;
    for (const line of this.lines.values()) if (line.length > (longest?.length ?? 0)) longest = line;
    return longest?.last?.item;
  }
}
