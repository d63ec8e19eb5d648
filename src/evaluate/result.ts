import { z } from 'zod';

const scored = z.object({
  /** The model's own estimate, 0..1. */
  predictedIou: z.number().min(0).max(1),
  /** The true one, at the size of the original, 0..1. */
  iou: z.number().min(0).max(1),
});

const milliseconds = z.number().min(0);

/** What was measured on one object. */
export const objectResult = z.object({
  /** File of the photo, without its folder. */
  image: z.string(),
  /** Position of the object in the annotations of its image. */
  annotation: z.int().min(0),
  /** Where the image is from. */
  source: z.string(),
  /** Area of the object as a share of the image, 0..1. */
  share: z.number().min(0).max(1),
  /** In turn, with the mask that the model chose after each. Column and row of the pixel that is clicked at its centre. */
  clicks: z.array(scored.extend({ x: z.int(), y: z.int(), label: z.enum(['FOREGROUND', 'BACKGROUND']) })).min(1),
  /** All that the model offered after the first click, its own choice first. */
  candidates: z.array(scored).min(1),
  /** After a tight box, without clicks. */
  box: scored,
  /** Reading, resizing and encoding the image: the same for all objects of it. */
  encodeMs: milliseconds,
  /** For each decode, box first: prompts to full-size masks; the time of the batch by the objects in it. */
  decodeMs: z.array(milliseconds),
});

export type ObjectResult = z.infer<typeof objectResult>;
export type Scored = z.infer<typeof scored>;
export type Click = ObjectResult['clicks'][number];
/** What the protocol measures on one object. */
export type Trial = Pick<ObjectResult, 'clicks' | 'candidates' | 'box' | 'decodeMs'>;
