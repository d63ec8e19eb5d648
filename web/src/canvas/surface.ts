import type { Point, Size, View } from './view.js';

/** A canvas as large as the stage, in the screen's own pixels. */
export class Surface {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  /** CSS pixels. */
  size: Size = { width: 1, height: 1 };
  /** Screen pixels for a CSS pixel. */
  density = 1;

  constructor(canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('This browser has no 2d canvas.');
    this.canvas = canvas;
    this.context = context;
  }

  resize(size: Size, density: number): void {
    this.size = size;
    this.density = density;
    this.canvas.width = Math.max(1, Math.round(size.width * density));
    this.canvas.height = Math.max(1, Math.round(size.height * density));
  }

  clear(): void {
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** Draws in pixels of the image from now on. `origin` is the surface's top left corner on the stage, in CSS pixels. */
  useImageFrame({ scale, x, y }: View, origin: Point = { x: 0, y: 0 }): void {
    const k = this.density;
    this.context.setTransform(k * scale, 0, 0, k * scale, k * (x - origin.x), k * (y - origin.y));
  }

  /** Draws in CSS pixels of the stage from now on. */
  useStageFrame(): void {
    this.context.setTransform(this.density, 0, 0, this.density, 0, 0);
  }
}
