import { isPathMade, madePath, maskPath } from './maskPaths.js';
import { PathMaker } from './pathMaker.js';
import type { SceneMask } from './scene.js';
import { Surface } from './surface.js';
import type { Point, Size, View } from './view.js';

/** So few masks in sight are painted afresh, and with finer lines, for every frame of a movement. */
const FEW = 12;
/** Width of an outline, in CSS pixels. */
const LINE = 1.5;
/** How long the view must rest before outlines are drawn afresh, in milliseconds. */
const SETTLE = 140;
/** How much wider than the stage the masks are painted at each side, as a part of it: room for a movement. */
const OVERSCAN = 0.2;

/**
 * Draws the masks that stand. They are painted on a picture of their own; while the view moves and they are many, that
 * picture is moved instead, and outlines become crisp again when the view rests. So the frame rate does not depend on
 * how many masks there are.
 */
export class MasksLayer {
  private readonly painted = new Surface(document.createElement('canvas'));
  private paintedMasks: readonly SceneMask[] | null = null;
  private paintedView: View = { scale: 1, x: 0, y: 0 };
  private origin: Point = { x: 0, y: 0 };
  private few = true;
  /** Whether finer paths are made by now than were painted. */
  private stale = false;
  private movedAt = 0;
  private readonly maker: PathMaker;
  private settling: ReturnType<typeof setTimeout> | undefined;

  /** @param redraw called when the view has rested and this layer wants to be drawn again. */
  constructor(
    private readonly surface: Surface,
    private readonly redraw: () => void,
  ) {
    this.maker = new PathMaker(() => {
      this.stale = true;
      redraw();
    });
  }

  resize(size: Size, density: number): void {
    this.surface.resize(size, density);
    this.painted.resize({ width: size.width * (1 + 2 * OVERSCAN), height: size.height * (1 + 2 * OVERSCAN) }, density);
    this.origin = { x: -size.width * OVERSCAN, y: -size.height * OVERSCAN };
    this.paintedMasks = null;
  }

  draw(masks: readonly SceneMask[], view: View, moving: boolean): void {
    if (moving) this.movedAt = performance.now();
    const changed = this.stale || !sameAs(view, this.paintedView);
    const rests = performance.now() - this.movedAt >= SETTLE;
    if (masks !== this.paintedMasks || (changed && (rests || this.few))) this.paint(masks, view);
    else if (changed) this.settleLater();
    this.copy(view);
  }

  private paint(masks: readonly SceneMask[], view: View): void {
    const { painted } = this;
    painted.clear();
    painted.useImageFrame(view, this.origin);
    const seen = seenBox(view, this.origin, painted.size);
    const visible = masks.filter((mask) => overlap(mask, seen));
    const few = visible.length <= FEW;
    const missing = visible.map(({ mask }) => mask).filter((mask) => !isPathMade(mask, view.scale));
    if (missing.length <= FEW) for (const mask of missing) maskPath(mask, view.scale);
    else this.maker.make(missing, view.scale);
    for (const mask of visible) paintMask(painted, mask, view.scale, few);
    this.paintedMasks = masks;
    this.paintedView = view;
    this.stale = false;
    this.few = few;
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

function paintMask({ context, density }: Surface, mask: SceneMask, scale: number, few: boolean): void {
  const path = madePath(mask.mask, scale);
  if (!path) return;
  const pixel = 1 / scale;
  context.fillStyle = mask.color;
  context.globalAlpha = mask.faint ? 0.12 : 0.32;
  context.fill(path, 'evenodd');
  context.setLineDash(mask.draft ? [5 * pixel, 4 * pixel] : []);
  context.strokeStyle = mask.color;
  context.globalAlpha = mask.faint ? 0.6 : 1;
  // A line below one pixel of the screen draws ten times faster than a wider one.
  context.lineWidth = few ? LINE * pixel : (0.99 * pixel) / density;
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
