/** Whether the other end of a connection still answers. A person whose connection does not is no longer shown to others. */
export interface Liveness {
  readonly live: boolean;
  /** Calls back at every change. Returns the function that ends it. */
  onChange(listener: () => void): () => void;
}
