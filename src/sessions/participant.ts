/** Who acts. Known by what the caller says of itself, until authentication says it: see `Context.participant`. */
export interface Participant {
  /** 1 to 64 characters; the same person has the same id on every connection. */
  readonly id: string;
  /** 1 to 64 characters, to show to people. */
  readonly name: string;
}
