import type { Candidate } from 'maskwire/client';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { levelFor, type ImageLevels } from '../canvas/imageLevels.js';
import { maskPath } from '../canvas/maskPaths.js';

/** CSS pixels. */
const SIDE = 80;
/** How much of the image is shown around the mask, as a part of its longest side. */
const MARGIN = 0.15;

/** A candidate's mask cut out of its surroundings, which are dimmed. */
export function CandidateThumb(properties: {
  readonly image: ImageLevels | null;
  readonly candidate: Candidate;
  readonly color: string;
}): VNode {
  const { image, candidate, color } = properties;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context && image) draw(context, image, candidate, color);
  }, [image, candidate, color]);
  const side = SIDE * devicePixelRatio;
  return <canvas ref={canvas} width={side} height={side} aria-hidden="true" />;
}

function draw(context: CanvasRenderingContext2D, image: ImageLevels, candidate: Candidate, color: string): void {
  const { width: side } = context.canvas;
  const box = candidate.boundingBox ?? { x: 0, y: 0, ...image.size };
  const span = Math.max(box.width, box.height) * (1 + 2 * MARGIN);
  const scale = side / span;
  const x = side / 2 - (box.x + box.width / 2) * scale;
  const y = side / 2 - (box.y + box.height / 2) * scale;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, side, side);
  context.setTransform(scale, 0, 0, scale, x, y);
  const level = levelFor(image, scale);
  if (!level) return;
  const { width, height } = image.size;
  context.globalAlpha = 0.3;
  context.drawImage(level, 0, 0, width, height);
  context.globalAlpha = 1;
  if (candidate.area === 0) return;
  const path = maskPath(candidate.mask.rle, scale);
  context.save();
  context.clip(path, 'evenodd');
  context.drawImage(level, 0, 0, width, height);
  context.restore();
  context.strokeStyle = color;
  context.lineWidth = (1.5 * devicePixelRatio) / scale;
  context.stroke(path);
}
