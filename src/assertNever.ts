/** For the default branch of a switch that handles every case: the compiler refuses a case that was forgotten. */
export function assertNever(value: never): never {
  throw new Error(`Not handled: ${JSON.stringify(value)}`);
}
