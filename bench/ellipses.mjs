import sharp from 'sharp';

export const SIZE = { width: 1800, height: 1200 };
const GROUND = [70, 130, 60];
/** @type {{ x: number, y: number, radiusX: number, radiusY: number, color: number[] }[]} */
const ELLIPSES = [
  { x: 530, y: 350, radiusX: 260, radiusY: 190, color: [200, 40, 30] },
  { x: 1230, y: 790, radiusX: 350, radiusY: 260, color: [40, 60, 200] },
  { x: 260, y: 980, radiusX: 190, radiusY: 140, color: [230, 200, 40] },
  { x: 1490, y: 230, radiusX: 210, radiusY: 160, color: [240, 240, 240] },
];

/** Plain ellipses on a plain ground, and their centres: made-up weights find outlines in nothing else. */
export async function drawEllipses() {
  const { width, height } = SIZE;
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = ELLIPSES.find((one) => Math.hypot((x - one.x) / one.radiusX, (y - one.y) / one.radiusY) < 1);
      pixels.set(inside?.color ?? GROUND, 3 * (y * width + x));
    }
  }
  const bytes = await sharp(pixels, { raw: { ...SIZE, channels: 3 } })
    .png()
    .toBuffer();
  return { bytes, ...SIZE, points: ELLIPSES.map(({ x, y }) => ({ x, y })) };
}
