import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Click } from '#src/evaluate/result.js';
import { TILE_HEIGHT, TILE_SIDE, tileOf, windowOf } from '#src/evaluate/tile.js';
import type { RunLengths } from '#src/masks/rle.js';
import { runsFromBitmap } from '#src/masks/runs.js';
import { temporaryFolder } from './support.js';

const SIDE = 480;

function rectangle(left: number, top: number, width: number, height: number): RunLengths {
  const inside = (x: number, y: number) => x >= left && x < left + width && y >= top && y < top + height;
  const bits = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (inside(i % SIDE, Math.floor(i / SIDE)) ? 1 : 0));
  return runsFromBitmap(bits, SIDE, SIDE);
}

function click(x: number, y: number, label: Click['label'], iou = 0.5): Click {
  return { x, y, label, iou, predictedIou: 0.5 };
}

const photo = { path: '', width: SIDE, height: SIDE };

describe('windowOf', () => {
  it('shows masks and clicks with some of the photo around them, square', () => {
    const window = windowOf(
      photo,
      [rectangle(200, 200, 20, 40), rectangle(220, 230, 60, 10)],
      [click(190, 210, 'BACKGROUND')],
    );
    // Columns 190 to 279 and rows 200 to 239, 32 pixels more than the longer side.
    expect(window).toEqual({ x: 174, y: 159, width: 122, height: 122 });
  });

  it('stays inside the photo', () => {
    expect(windowOf(photo, [rectangle(0, 0, 100, 20)], [])).toEqual({ x: 0, y: 0, width: 132, height: 132 });
    expect(windowOf(photo, [rectangle(470, 0, 10, 480)], [])).toEqual({ x: 0, y: 0, width: 480, height: 480 });
    const wide = { ...photo, height: 100 };
    expect(windowOf(wide, [rectangle(300, 10, 180, 20)], [])).toEqual({ x: 246, y: 0, width: 234, height: 100 });
  });
});

describe('tileOf', () => {
  it('draws mask, true outline and clicks where they are', async () => {
    const path = join(await temporaryFolder(), 'photo.png');
    await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#0000c8' } })
      .png()
      .toFile(path);
    const tile = await tileOf(
      { ...photo, path },
      { x: 0, y: 0, width: SIDE, height: SIDE },
      {
        truth: rectangle(100, 100, 200, 200),
        mask: rectangle(300, 100, 100, 200),
        clicks: [click(199, 199, 'FOREGROUND'), click(349, 399, 'BACKGROUND', 0.125)],
      },
    );
    expect([tile.width, tile.height]).toEqual([TILE_SIDE, TILE_HEIGHT]);
    // Two pixels of the photo are one of the tile.
    const at = (x: number, y: number) => [...tile.data.subarray((y * TILE_SIDE + x) * 3, (y * TILE_SIDE + x) * 3 + 3)];
    expect(at(20, 20)).toEqual([0, 0, 200]);
    expect(at(70, 120)).toEqual([0, 0, 200]);
    expect(at(50, 120)).toEqual([255, 230, 60]);
    expect(at(120, 149)).toEqual([255, 230, 60]);
    expect(at(180, 120)).toEqual([0.45 * 255, 0.45 * 70, 0.55 * 200 + 0.45 * 160].map(Math.floor));
    expect(at(100, 100)).toEqual([40, 220, 90]);
    expect(at(175, 200)).toEqual([240, 60, 50]);
    // The IoU, 0.125: ink of its first digit, and paper beside it.
    expect(at(40, TILE_SIDE + 4)).toEqual([240, 240, 240]);
    expect(at(40 + 3 * 2, TILE_SIDE + 4)).toEqual([24, 24, 28]);
  });
});
