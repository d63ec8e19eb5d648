import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { bilinearFilter } from '#src/masks/axisFilter.js';
import { polygonsFromRuns, svgPath } from '#src/masks/polygons.js';
import { pngDataUrl, pngFromRuns } from '#src/masks/png.js';
import { decodeRle, encodeRle, type RunLengths } from '#src/masks/rle.js';
import { areaOf, bitmapFromRuns, boundingBoxOf } from '#src/masks/runs.js';
import { upsampleToRuns } from '#src/masks/upsample.js';
import { bitmaps, blobs, draw, runsOf } from './samples.js';

/** Decodes the PNG and lays it at the mask's box: 0 or 1 for each pixel of the image. */
async function pixelsOf(runs: RunLengths): Promise<Uint8Array> {
  const pixels = new Uint8Array(runs.height * runs.width);
  const png = pngFromRuns(runs);
  const box = boundingBoxOf(runs);
  expect(png === null).toBe(box === null);
  if (!png || !box) return pixels;
  const { data, info } = await sharp(png)
    .ensureAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: box.width, height: box.height, channels: 4 });
  for (let i = 0; i < box.width * box.height; i++) {
    const colour = data.readUInt32BE(4 * i);
    // White, or black that cannot be seen.
    expect([0xffffffff, 0x00000000]).toContain(colour);
    const x = box.x + (i % box.width);
    const y = box.y + Math.floor(i / box.width);
    pixels[y * runs.width + x] = colour === 0 ? 0 : 1;
  }
  return pixels;
}

describe('the PNG', () => {
  it('has one bit for each pixel of the box', async () => {
    const png = pngFromRuns(runsOf(draw('.....', '.##..', '..#..')));
    const metadata = await sharp(png ?? Buffer.alloc(0)).metadata();
    expect(metadata).toMatchObject({ format: 'png', width: 2, height: 2, bitsPerSample: 1, hasAlpha: true });
  });

  it('is null for an empty mask', () => {
    expect(pngFromRuns(runsOf(draw('..')))).toBeNull();
    expect(pngDataUrl(runsOf(draw('..')))).toBeNull();
  });

  it('is wrapped as a data URL', () => {
    const runs = runsOf(draw('.#', '##'));
    const [head, body = ''] = pngDataUrl(runs)?.split(',') ?? [];
    expect(head).toBe('data:image/png;base64');
    expect(Buffer.from(body, 'base64')).toEqual(pngFromRuns(runs));
  });

  it('is white on the mask of a large image and transparent elsewhere', async () => {
    const runs = upsampleToRuns(blobs(64, 64, 9), bilinearFilter(64, 64, 401), bilinearFilter(64, 64, 603));
    expect(Buffer.from(await pixelsOf(runs)).equals(bitmapFromRuns(runs))).toBe(true);
  });
});

describe('all forms of a mask', () => {
  it('describe the same pixels', async () => {
    await fc.assert(
      fc.asyncProperty(bitmaps, async (bitmap) => {
        const runs = decodeRle(encodeRle(runsOf(bitmap)));
        const pixels = Array.from(bitmap.pixels);
        expect(Array.from(bitmapFromRuns(runs))).toEqual(pixels);
        expect(Array.from(await pixelsOf(runs))).toEqual(pixels);

        const rings = polygonsFromRuns(runs, 0);
        const corners = rings.flatMap((ring) => Array.from(ring));
        const xs = corners.filter((_, i) => i % 2 === 0);
        const ys = corners.filter((_, i) => i % 2 === 1);
        const box = boundingBoxOf(runs);
        expect(box).toEqual(
          rings.length === 0
            ? null
            : {
                x: Math.min(...xs),
                y: Math.min(...ys),
                width: Math.max(...xs) - Math.min(...xs),
                height: Math.max(...ys) - Math.min(...ys),
              },
        );
        expect(areaOf(runs)).toBe(pixels.reduce((sum, value) => sum + value, 0));

        // The renderer of SVG is another even-odd fill than ours.
        const svg =
          `<svg xmlns="http://www.w3.org/2000/svg" width="${bitmap.width}" height="${bitmap.height}">` +
          `<path fill-rule="evenodd" shape-rendering="crispEdges" d="${svgPath(rings)}"/></svg>`;
        const drawn = await sharp(Buffer.from(svg)).ensureAlpha().extractChannel('alpha').raw().toBuffer();
        expect(Array.from(drawn, (alpha) => (alpha > 127 ? 1 : 0))).toEqual(pixels);
      }),
      { numRuns: 30 },
    );
  });
});
