/**
 * SAM's positional encoding of the embedding grid: random Fourier features of each position's centre.
 * Source: Tancik et al. 2020, with the published checkpoint's frequencies.
 * @param frequencies [2, features]: for x, then for y.
 * @param grid positions per side.
 * @returns [grid * grid, 2 * features], row-major over y, x: sines, then cosines.
 */
export function densePositionalEncoding(frequencies: Float32Array, grid: number): Float32Array {
  const features = frequencies.length / 2;
  const result = new Float32Array(grid * grid * 2 * features);
  for (let y = 0; y < grid; y++) {
    for (let x = 0; x < grid; x++) {
      const row = (y * grid + x) * 2 * features;
      const u = (2 * (x + 0.5)) / grid - 1;
      const v = (2 * (y + 0.5)) / grid - 1;
      for (let feature = 0; feature < features; feature++) {
        const angle = 2 * Math.PI * (u * (frequencies[feature] ?? 0) + v * (frequencies[features + feature] ?? 0));
        result[row + feature] = Math.sin(angle);
        result[row + features + feature] = Math.cos(angle);
      }
    }
  }
  return result;
}

/**
 * Relative positions for a window of `side` positions, in an arrangement that a matrix product can use.
 * Source: decomposed relative positions of MViTv2 (Li et al. 2022), as SAM's image encoder has them.
 * @param table [length, channels]: one row per distance, the middle row for distance 0. Where `length` is not
 *   `2 * side - 1` it is resampled linearly, as torch's interpolate does with half-pixel centres.
 * @returns [side, channels, side]: for a query at i, the column of the key at k is the row of distance i - k.
 */
export function relativePositions(table: Float32Array, channels: number, side: number): Float32Array {
  const rows = resampled(table, channels, 2 * side - 1);
  const result = new Float32Array(side * channels * side);
  for (let i = 0; i < side; i++) {
    for (let k = 0; k < side; k++) {
      const row = (i - k + side - 1) * channels;
      for (let channel = 0; channel < channels; channel++) {
        result[(i * channels + channel) * side + k] = rows[row + channel] ?? 0;
      }
    }
  }
  return result;
}

function resampled(table: Float32Array, channels: number, length: number): Float32Array {
  const from = table.length / channels;
  if (from === length) return table;
  const result = new Float32Array(length * channels);
  for (let row = 0; row < length; row++) {
    const place = Math.max(((row + 0.5) * from) / length - 0.5, 0);
    const low = Math.floor(place);
    const high = Math.min(low + 1, from - 1);
    const share = place - low;
    for (let channel = 0; channel < channels; channel++) {
      const below = table[low * channels + channel] ?? 0;
      const above = table[high * channels + channel] ?? 0;
      result[row * channels + channel] = below * (1 - share) + above * share;
    }
  }
  return result;
}
