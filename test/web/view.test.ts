import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitView, MAX_SCALE, pannedBy, revealing, toImage, toStage, zoomedAt } from '../../web/src/canvas/view.js';

const image = { width: 4000, height: 3000 };
const stage = { width: 1200, height: 800 };
const onStage = fc.record({
  x: fc.double({ min: 0, max: 1200, noNaN: true }),
  y: fc.double({ min: 0, max: 800, noNaN: true }),
});

describe('the view of an image', () => {
  test('shows the whole image in the middle at first', () => {
    const view = fitView(image, stage);
    const [corner, far] = [toStage(view, { x: 0, y: 0 }), toStage(view, { x: 4000, y: 3000 })];
    expect(corner.y).toBeCloseTo(24);
    expect(far.y).toBeCloseTo(776);
    expect(corner.x).toBeCloseTo(1200 - far.x);
  });

  test('leads from the stage to the image and back', () => {
    fc.assert(
      fc.property(onStage, (at) => {
        const view = fitView(image, stage);
        const back = toStage(view, toImage(view, at));
        expect(Math.hypot(back.x - at.x, back.y - at.y)).toBeLessThan(1e-6);
      }),
    );
  });

  test('keeps the point under the pointer in its place while zooming in on the image', () => {
    fc.assert(
      fc.property(
        fc.record({
          x: fc.double({ min: 200, max: 1000, noNaN: true }),
          y: fc.double({ min: 100, max: 700, noNaN: true }),
        }),
        fc.double({ min: 1, max: 20, noNaN: true }),
        (at, factor) => {
          const view = fitView(image, stage);
          const before = toImage(view, at);
          const after = toImage(zoomedAt(view, factor, at, image, stage), at);
          expect(Math.hypot(after.x - before.x, after.y - before.y)).toBeLessThan(1e-6);
        },
      ),
    );
  });

  test('zooms no further than pixels can be told apart, and no further out than to be found again', () => {
    const at = { x: 600, y: 400 };
    expect(zoomedAt(fitView(image, stage), 1e9, at, image, stage).scale).toBe(MAX_SCALE);
    const smallest = zoomedAt(fitView(image, stage), 1e-9, at, image, stage);
    expect(smallest.scale * image.height).toBeGreaterThan(100);
  });

  test('never loses the image, wherever it is moved', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -1e6, max: 1e6 }), (dx, dy) => {
        const view = pannedBy(fitView(image, stage), dx, dy, image, stage);
        expect(view.x).toBeLessThan(stage.width);
        expect(view.x + image.width * view.scale).toBeGreaterThan(0);
        expect(view.y).toBeLessThan(stage.height);
        expect(view.y + image.height * view.scale).toBeGreaterThan(0);
      }),
    );
  });

  test('follows a point that comes near the edge, and rests while it does not', () => {
    const view = zoomedAt(fitView(image, stage), 8, { x: 600, y: 400 }, image, stage);
    const inside = toImage(view, { x: 600, y: 400 });
    expect(revealing(view, inside, stage, 40)).toBe(view);
    const beyond = toImage(view, { x: 1300, y: 400 });
    expect(toStage(revealing(view, beyond, stage, 40), beyond).x).toBeCloseTo(1160);
  });
});
