import sharp from 'sharp';

/** One byte a pixel, row by row: 1 on the mask. */
interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly foreground: boolean;
}

type Rgba = readonly [number, number, number, number];

const MASK: Rgba = [255, 80, 160, 120];
const OUTLINE: Rgba = [255, 255, 255, 255];
const ELSEWHERE: Rgba = [0, 0, 0, 90];
const FOREGROUND: Rgba = [40, 220, 90, 255];
const BACKGROUND: Rgba = [240, 60, 50, 255];

/**
 * The photo, upright, with the mask tinted and outlined, everything else dimmed, and the clicks as dots.
 * @param photo file of the photo; the mask and the marks are in pixels of it, upright.
 * @returns the bytes of a PNG of the photo's size.
 */
export function overlay(photo: string, mask: Bitmap, marks: readonly Mark[]): Promise<Buffer> {
  const { width, height } = mask;
  const pixels = Buffer.alloc(width * height * 4);
  const stroke = Math.max(1, Math.round(Math.max(width, height) / 500));
  const on = (x: number, y: number) => x >= 0 && x < width && y >= 0 && y < height && mask.data[y * width + x] === 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = on(x, y);
      const edge = inside && !(on(x - stroke, y) && on(x + stroke, y) && on(x, y - stroke) && on(x, y + stroke));
      pixels.set(edge ? OUTLINE : inside ? MASK : ELSEWHERE, (y * width + x) * 4);
    }
  }
  for (const mark of marks) disc(pixels, width, height, mark, stroke * 5);
  return sharp(photo)
    .rotate()
    .composite([{ input: pixels, raw: { width, height, channels: 4 } }])
    .png()
    .toBuffer();
}

function disc(pixels: Buffer, width: number, height: number, { x, y, foreground }: Mark, radius: number): void {
  for (let row = Math.max(0, Math.floor(y - radius)); row < Math.min(height, y + radius); row++) {
    for (let column = Math.max(0, Math.floor(x - radius)); column < Math.min(width, x + radius); column++) {
      const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
      const colour = distance < radius * 0.7 ? (foreground ? FOREGROUND : BACKGROUND) : OUTLINE;
      if (distance < radius) pixels.set(colour, (row * width + column) * 4);
    }
  }
}
