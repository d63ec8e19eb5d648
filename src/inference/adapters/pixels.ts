import type { RgbImage } from '#src/images/rgb.js';
import type { EncoderInput } from '#src/models/adapters/contract.js';
import type { InputTensor } from '../onnx.js';

/** Mean and deviation, by channel, of values from 0 to 1. */
const normalisation = {
  imagenet: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
  half: { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
  '0..1': { mean: [0, 0, 0], deviation: [1, 1, 1] },
} as const;

/**
 * The image as an encoder wants it: [H, W, 3] or [1, 3, H, W], float32 or uint8, in the top left corner of the fixed
 * size where there is one. Zeros around it come after the normalisation.
 */
export function imageTensor({ data, width, height }: RgbImage, input: EncoderInput): InputTensor {
  const size = input.size ?? { width, height };
  const tables = [0, 1, 2].map((channel) => valuesOf(input.pixels, channel));
  const plane = size.width * size.height;
  const values = input.type === 'uint8' ? new Uint8Array(3 * plane) : new Float32Array(3 * plane);
  const [channelStride, pixelStride] = input.layout === 'hwc' ? [1, 3] : [plane, 1];
  tables.forEach((table, channel) => {
    for (let y = 0; y < height; y++) {
      let to = channel * channelStride + y * size.width * pixelStride;
      let from = y * width * 3 + channel;
      for (let x = 0; x < width; x++, from += 3, to += pixelStride) values[to] = table[data[from] ?? 0] ?? 0;
    }
  });
  const { width: w, height: h } = size;
  return { data: values, dims: input.layout === 'hwc' ? [h, w, 3] : [1, 3, h, w] };
}

/** What becomes of each value from 0 to 255. */
function valuesOf(pixels: EncoderInput['pixels'], channel: number): Float32Array {
  const bytes = Float32Array.from({ length: 256 }, (_, value) => value);
  if (pixels === '0..255') return bytes;
  const { mean, deviation } = normalisation[pixels];
  return bytes.map((value) => (value / 255 - (mean[channel] ?? 0)) / (deviation[channel] ?? 1));
}
