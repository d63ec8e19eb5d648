import { maskPath } from './maskPaths.js';
import type { Box, LiveMask, LiveScene, SceneMarker, ScenePointer } from './scene.js';
import type { Surface } from './surface.js';
import { toStage, type Point, type View } from './view.js';

/** CSS pixels. */
const MARKER_RADIUS = 7;
const FOREGROUND = '#2fbf71';
const BACKGROUND = '#f0525f';
const HALO = 'rgba(8, 10, 14, 0.75)';
const BRUSH = 'rgba(255, 212, 92, 0.45)';

/** Draws what follows the hand: the object in hand, the preview, prompts and pointers. */
export function drawLive(surface: Surface, live: LiveScene, view: View): void {
  const { context } = surface;
  surface.clear();
  surface.useImageFrame(view);
  if (live.hovered) drawMask(context, live.hovered, view.scale, 0.3);
  if (live.hand) drawMask(context, live.hand, view.scale, 0.4);
  // Beside a mask in hand, the preview is a line of dashes: what would be must not look like what is.
  if (live.preview && live.hand) drawDashes(context, live.preview, view.scale);
  else if (live.preview) drawMask(context, live.preview, view.scale, 0.34);
  drawStrokes(context, live);
  surface.useStageFrame();
  for (const box of live.boxes) drawBox(context, box, view);
  for (const marker of live.markers) drawMarker(context, marker, view);
  if (live.brushAt) drawRing(context, toStage(view, live.brushAt), (live.brushDiameter * view.scale) / 2);
  if (live.cursor) drawCursor(context, toStage(view, live.cursor));
  for (const pointer of live.pointers) drawPointer(context, pointer, view);
}

function drawMask(context: CanvasRenderingContext2D, { mask, color }: LiveMask, scale: number, alpha: number): void {
  const path = maskPath(mask, scale);
  context.fillStyle = color;
  context.globalAlpha = alpha;
  context.fill(path, 'evenodd');
  context.globalAlpha = 1;
  context.lineJoin = 'round';
  context.strokeStyle = HALO;
  context.lineWidth = 4 / scale;
  context.stroke(path);
  context.strokeStyle = color;
  context.lineWidth = 2 / scale;
  context.stroke(path);
}

function drawDashes(context: CanvasRenderingContext2D, { mask }: LiveMask, scale: number): void {
  const path = maskPath(mask, scale);
  context.strokeStyle = HALO;
  context.lineWidth = 3 / scale;
  context.stroke(path);
  context.setLineDash([5 / scale, 4 / scale]);
  context.strokeStyle = '#ffffff';
  context.lineWidth = 1.5 / scale;
  context.stroke(path);
  context.setLineDash([]);
}

function drawStrokes(context: CanvasRenderingContext2D, { strokes, brushDiameter }: LiveScene): void {
  context.strokeStyle = BRUSH;
  context.lineWidth = brushDiameter;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) context.stroke(strokePath(stroke));
  context.lineCap = 'butt';
}

/** The line through the points; a single point is a dot. */
export function strokePath(points: readonly Point[]): Path2D {
  const path = new Path2D();
  points.forEach(({ x, y }, i) => {
    if (i === 0) path.moveTo(x, y);
    path.lineTo(x, y);
  });
  return path;
}

function drawBox(context: CanvasRenderingContext2D, box: Box, view: View): void {
  const { x, y } = toStage(view, box);
  const [width, height] = [box.width * view.scale, box.height * view.scale];
  context.lineWidth = 4;
  context.strokeStyle = HALO;
  context.strokeRect(x, y, width, height);
  context.lineWidth = 1.5;
  context.strokeStyle = '#ffffff';
  context.setLineDash([6, 4]);
  context.strokeRect(x, y, width, height);
  context.setLineDash([]);
}

function drawMarker(context: CanvasRenderingContext2D, marker: SceneMarker, view: View): void {
  const { x, y } = toStage(view, marker.at);
  const radius = marker.selected ? MARKER_RADIUS + 2 : MARKER_RADIUS;
  context.globalAlpha = marker.promptId === null ? 0.7 : 1;
  context.beginPath();
  context.arc(x, y, radius + 1.5, 0, 2 * Math.PI);
  context.fillStyle = marker.selected ? '#ffd45c' : HALO;
  context.fill();
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = marker.background ? BACKGROUND : FOREGROUND;
  context.fill();
  // A plus or a minus sign: colour alone would not tell the two apart for everyone.
  context.beginPath();
  context.moveTo(x - 3.5, y);
  context.lineTo(x + 3.5, y);
  if (!marker.background) {
    context.moveTo(x, y - 3.5);
    context.lineTo(x, y + 3.5);
  }
  context.strokeStyle = '#06110a';
  context.lineWidth = 2;
  context.stroke();
  context.globalAlpha = 1;
}

function drawRing(context: CanvasRenderingContext2D, { x, y }: Point, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = 3;
  context.strokeStyle = HALO;
  context.stroke();
  context.lineWidth = 1.25;
  context.strokeStyle = '#ffd45c';
  context.stroke();
}

function drawCursor(context: CanvasRenderingContext2D, { x, y }: Point): void {
  for (const [color, width] of [
    [HALO, 5],
    ['#ffffff', 2],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(x - 14, y);
    context.lineTo(x - 5, y);
    context.moveTo(x + 5, y);
    context.lineTo(x + 14, y);
    context.moveTo(x, y - 14);
    context.lineTo(x, y - 5);
    context.moveTo(x, y + 5);
    context.lineTo(x, y + 14);
    context.stroke();
  }
}

function drawPointer(context: CanvasRenderingContext2D, { name, color, at }: ScenePointer, view: View): void {
  const { x, y } = toStage(view, at);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + 4, y + 16);
  context.lineTo(x + 8, y + 10);
  context.lineTo(x + 15, y + 9);
  context.closePath();
  context.fillStyle = color;
  context.strokeStyle = HALO;
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.stroke();
  context.fill();
  context.font = '600 12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const width = context.measureText(name).width + 12;
  context.beginPath();
  context.roundRect(x + 12, y + 14, width, 20, 6);
  context.fill();
  context.fillStyle = readableOn(color);
  context.fillText(name, x + 18, y + 24.5);
}

/** Black or white, whichever is easier to read on a colour `#rrggbb`. */
export function readableOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16) / 255);
  const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return luminance > 0.179 ? '#0b0d10' : '#ffffff';
}
