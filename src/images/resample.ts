/** Pixels as 8-bit RGB, row by row, three bytes each. */
export interface RgbPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Bits of the fixed-point weights of Pillow's resampling: 8 bits of pixel and 2 of headroom fit beside them. */
const WEIGHT_BITS = 22;

/**
 * Resizes as Pillow's BILINEAR filter does, which models are commonly trained with: a triangle as wide as the scale, across,
 * then down, in fixed point with 8 bits between. Bit-identical to Pillow 9.
 */
export function resizeBilinear(pixels: RgbPixels, width: number, height: number): RgbPixels {
  const across = width === pixels.width ? pixels.data : resampleRows(pixels, taps(pixels.width, width));
  if (height === pixels.height) return { data: across, width, height };
  return { data: resampleColumns(across, width, taps(pixels.height, height)), width, height };
}

interface Taps {
  /** Taps per output; unused ones weigh 0. */
  readonly count: number;
  readonly starts: Int32Array;
  readonly weights: Int32Array;
}

function taps(from: number, to: number): Taps {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const count = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(to);
  const weights = new Int32Array(to * count);
  for (let index = 0; index < to; index++) {
    const center = (index + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(from, Math.trunc(center + support + 0.5));
    const shares = Array.from({ length: end - start }, (_, tap) =>
      Math.max(0, 1 - Math.abs((start + tap - center + 0.5) / support)),
    );
    const total = shares.reduce((sum, share) => sum + share, 0);
    starts[index] = start;
    shares.forEach((share, tap) => {
      weights[index * count + tap] = Math.trunc((share / total) * 2 ** WEIGHT_BITS + 0.5);
    });
  }
  return { count, starts, weights };
}

function resampleRows({ data, width, height }: RgbPixels, { count, starts, weights }: Taps): Uint8Array {
  const outputs = starts.length;
  const result = new Uint8Array(outputs * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < outputs; x++) {
      const to = (y * outputs + x) * 3;
      const from = (y * width + (starts[x] ?? 0)) * 3;
      let red = 1 << (WEIGHT_BITS - 1);
      let green = red;
      let blue = red;
      for (let tap = 0; tap < count; tap++) {
        const weight = weights[x * count + tap] ?? 0;
        if (weight === 0) continue;
        red += weight * (data[from + tap * 3] ?? 0);
        green += weight * (data[from + tap * 3 + 1] ?? 0);
        blue += weight * (data[from + tap * 3 + 2] ?? 0);
      }
      result[to] = red >> WEIGHT_BITS;
      result[to + 1] = green >> WEIGHT_BITS;
      result[to + 2] = blue >> WEIGHT_BITS;
    }
  }
  return result;
}

function resampleColumns(data: Uint8Array, width: number, { count, starts, weights }: Taps): Uint8Array {
  const row = width * 3;
  const result = new Uint8Array(starts.length * row);
  const sums = new Int32Array(row);
  for (let y = 0; y < starts.length; y++) {
    sums.fill(1 << (WEIGHT_BITS - 1));
    for (let tap = 0; tap < count; tap++) {
      const weight = weights[y * count + tap] ?? 0;
      if (weight === 0) continue;
      const from = ((starts[y] ?? 0) + tap) * row;
      for (let x = 0; x < row; x++) sums[x] = (sums[x] ?? 0) + weight * (data[from + x] ?? 0);
    }
    for (let x = 0; x < row; x++) result[y * row + x] = (sums[x] ?? 0) >> WEIGHT_BITS;
  }
  return result;
}
