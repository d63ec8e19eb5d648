const FIRST_MS = 250;
const MAX_MS = 10_000;

/** Milliseconds before the attempt after `failures` failed ones: doubling, at most 10 s, of which half is chance. */
export function backoff(failures: number): number {
  return Math.min(MAX_MS, FIRST_MS * 2 ** failures) * (0.5 + Math.random() / 2);
}
