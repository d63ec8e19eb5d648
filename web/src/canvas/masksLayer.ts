import { maskPath } from './maskPaths.js';
import type { SceneMask } from './scene.js';
import { Surface } from './surface.js';
import type { Point, Size, View } from './view.js';

/** A paint that took longer is not repeated at every frame of a movement, in milliseconds. */
const FRAME_BUDGET = 5;
/** How long the view must rest before outlines are drawn afresh, in milliseconds. */
const SETTLE = 90;
/** How much wider than the stage the masks are painted at each side, as a part of it: room for a movement. */
const OVERSCAN = 0.2;

/**
 * Draws the masks that stand. They are painted on a picture of their own; while the view moves and painting is slow, that
 * picture is moved instead, and outlines become crisp again when the view rests. So the frame rate does not depend on
 * how many masks there are.
 */
export class MasksLayer {
  private readonly painted = new Surface(document.createElement('canvas'));
  private paintedMasks: readonly SceneMask[] | null = null;
  private paintedView: View = { scale: 1, x: 0, y: 0 };
  private origin: Point = { x: 0, y: 0 };
  private cost = 0;
  private movedAt = 0;
  private settling: ReturnType<typeof setTimeout> | undefined;

  /** @param redraw called when the view has rested and this layer wants to be drawn again. */
  constructor(
    private readonly surface: Surface,
    private readonly redraw: () => void,
  ) {}

  resize(size: Size, density: number): void {
    this.surface.resize(size, density);
    this.painted.resize({ width: size.width * (1 + 2 * OVERSCAN), height: size.height * (1 + 2 * OVERSCAN) }, density);
    this.origin = { x: -size.width * OVERSCAN, y: -size.height * OVERSCAN };
    this.paintedMasks = null;
  }

  draw(masks: readonly SceneMask[], view: View, moving: boolean): void {
    if (moving) this.movedAt = performance.now();
    const sameView = sameAs(view, this.paintedView);
    const rests = performance.now() - this.movedAt >= SETTLE;
    if (masks !== this.paintedMasks || (!sameView && (rests || this.cost <= FRAME_BUDGET))) this.paint(masks, view);
    else if (!sameView) this.settleLater();
    this.copy(view);
  }

  private paint(masks: readonly SceneMask[], view: View): void {
    const start = performance.now();
    const { painted } = this;
    painted.clear();
    painted.useImageFrame(view, this.origin);
    const seen = seenBox(view, this.origin, painted.size);
    for (const mask of masks) if (overlap(mask, seen)) paintMask(painted.context, mask, view.scale);
    this.paintedMasks = masks;
    this.paintedView = view;
    this.cost = performance.now() - start;
  }

  private copy(view: View): void {
    const { surface, painted, paintedView, origin } = this;
    surface.clear();
    const ratio = view.scale / paintedView.scale;
    const k = surface.density;
    const x = (view.x - paintedView.x * ratio + origin.x * ratio) * k;
    const y = (view.y - paintedView.y * ratio + origin.y * ratio) * k;
    surface.context.drawImage(painted.canvas, x, y, painted.canvas.width * ratio, painted.canvas.height * ratio);
  }

  private settleLater(): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(this.redraw, SETTLE);
  }
}

function paintMask(context: CanvasRenderingContext2D, mask: SceneMask, scale: number): void {
  const path = maskPath(mask.mask, scale);
  const pixel = 1 / scale;
  context.fillStyle = mask.color;
  context.globalAlpha = mask.emphasised ? 0.55 : mask.faint ? 0.12 : 0.32;
  context.fill(path, 'evenodd');
  context.setLineDash(mask.draft ? [5 * pixel, 4 * pixel] : []);
  context.strokeStyle = mask.color;
  context.globalAlpha = mask.faint ? 0.6 : 1;
  context.lineWidth = (mask.emphasised ? 2.5 : 1.5) * pixel;
  context.stroke(path);
  context.globalAlpha = 1;
}

function seenBox(view: View, origin: Point, size: Size): { left: number; top: number; right: number; bottom: number } {
  const left = (origin.x - view.x) / view.scale;
  const top = (origin.y - view.y) / view.scale;
  return { left, top, right: left + size.width / view.scale, bottom: top + size.height / view.scale };
}

function overlap({ bounds }: SceneMask, seen: ReturnType<typeof seenBox>): boolean {
  const { x, y, width, height } = bounds;
  return x < seen.right && x + width > seen.left && y < seen.bottom && y + height > seen.top;
}

function sameAs(a: View, b: View): boolean {
  return a.scale === b.scale && a.x === b.x && a.y === b.y;
}
