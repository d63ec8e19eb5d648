/** @returns NaN for no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The smallest value that at least the share `q` of all values does not exceed; NaN for no values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
}

/** Pearson's correlation of pairs; null where one side does not vary. */
export function correlation(pairs: readonly (readonly [number, number])[]): number | null {
  const meanA = mean(pairs.map(([a]) => a));
  const meanB = mean(pairs.map(([, b]) => b));
  const sum = (value: (a: number, b: number) => number) =>
    pairs.reduce((total, [a, b]) => total + value(a - meanA, b - meanB), 0);
  const deviations = Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
  return deviations > 0 ? sum((a, b) => a * b) / deviations : null;
}
