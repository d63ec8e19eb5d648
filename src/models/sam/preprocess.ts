import type { RgbPixels } from '#src/images/resample.js';

/** Per channel, of the training images, in 8-bit units. */
const MEAN = [123.675, 116.28, 103.53] as const;
const DEVIATION = [58.395, 57.12, 57.375] as const;

/**
 * SAM's normalisation, then zeros to the right and below.
 * @param pixels already at the size of `sizeInFrame`.
 * @returns [1, 3, frame, frame].
 */
export function normalizedFrame(pixels: RgbPixels, frame: number): Float32Array {
  const { data, width, height } = pixels;
  const result = new Float32Array(3 * frame * frame);
  for (let channel = 0; channel < 3; channel++) {
    const mean = MEAN[channel] ?? 0;
    const deviation = DEVIATION[channel] ?? 1;
    const table = Float32Array.from({ length: 256 }, (_, value) => (value - mean) / deviation);
    for (let y = 0; y < height; y++) {
      const row = (channel * frame + y) * frame;
      let from = y * width * 3 + channel;
      for (let x = 0; x < width; x++, from += 3) result[row + x] = table[data[from] ?? 0] ?? 0;
    }
  }
  return result;
}
