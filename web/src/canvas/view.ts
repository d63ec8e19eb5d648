/** A point in pixels; the name of the variable or field says whether of the upright image or of the page. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How the image lies on the stage: a point of the image is seen at `image * scale + (x, y)`, in CSS pixels. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** CSS pixels that one pixel of the image may cover at most. */
export const MAX_SCALE = 64;
/** How much of the stage stays empty at each side of an image that fits it, in CSS pixels. */
const FIT_MARGIN = 24;
/** How much of the image stays on the stage wherever it is moved, in CSS pixels. */
const KEPT_VISIBLE = 64;

export function toImage(view: View, at: Point): Point {
  return { x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale };
}

export function toStage(view: View, at: Point): Point {
  return { x: at.x * view.scale + view.x, y: at.y * view.scale + view.y };
}

export function isInside(image: Size, at: Point): boolean {
  return at.x >= 0 && at.y >= 0 && at.x <= image.width && at.y <= image.height;
}

export function clampInside(image: Size, at: Point): Point {
  return { x: clamp(at.x, 0, image.width), y: clamp(at.y, 0, image.height) };
}

/** The whole image in the middle of the stage, never magnified beyond one screen pixel for one of the image. */
export function fitView(image: Size, stage: Size): View {
  const margin = Math.min(FIT_MARGIN, stage.width / 8, stage.height / 8);
  const scale = Math.min((stage.width - 2 * margin) / image.width, (stage.height - 2 * margin) / image.height, 4);
  return { scale, x: (stage.width - image.width * scale) / 2, y: (stage.height - image.height * scale) / 2 };
}

/** Magnifies by `factor` around a point of the stage, which keeps its place. */
export function zoomedAt(view: View, factor: number, at: Point, image: Size, stage: Size): View {
  const smallest = Math.min(fitView(image, stage).scale, 1) / 4;
  const scale = clamp(view.scale * factor, smallest, MAX_SCALE);
  const ratio = scale / view.scale;
  return kept({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }, image, stage);
}

export function pannedBy(view: View, dx: number, dy: number, image: Size, stage: Size): View {
  return kept({ scale: view.scale, x: view.x + dx, y: view.y + dy }, image, stage);
}

/** Moves the view as little as needed for a point of the image to lie at least `margin` from the stage's edges. */
export function revealing(view: View, at: Point, stage: Size, margin: number): View {
  const seen = toStage(view, at);
  const dx = clamp(seen.x, margin, stage.width - margin) - seen.x;
  const dy = clamp(seen.y, margin, stage.height - margin) - seen.y;
  return dx === 0 && dy === 0 ? view : { scale: view.scale, x: view.x + dx, y: view.y + dy };
}

function kept(view: View, image: Size, stage: Size): View {
  const x = clamp(view.x, KEPT_VISIBLE - image.width * view.scale, stage.width - KEPT_VISIBLE);
  const y = clamp(view.y, KEPT_VISIBLE - image.height * view.scale, stage.height - KEPT_VISIBLE);
  return { scale: view.scale, x, y };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
