import { z } from 'zod';

/** The exporters whose graphs can be run; `contracts` says what each expects. */
export const contractIds = [
  'sam',
  'sam-hq',
  'nano-sam',
  'edge-sam',
  'efficient-vit-sam',
  'efficient-sam',
  'sam2',
  'sam2-original-size',
  'hf-sam',
  'hf-sam2',
  'hf-sam3-tracker',
] as const;

export type ContractId = (typeof contractIds)[number];

const side = z.int().min(8).max(8192);

/** How an encoder wants its image. */
export const encoderInput = z.strictObject({
  name: z.string().min(1),
  /** `hwc`: [H, W, 3]. `chw`: [1, 3, H, W]. */
  layout: z.enum(['hwc', 'chw']),
  type: z.enum(['float32', 'uint8']),
  /**
   * Values of red, green and blue. `imagenet` and `half` are normalised by us: x / 255 less the mean, by the deviation,
   * of ImageNet or .5 and .5; around the image there are zeros then. With `0..255` and `0..1` the graph does that.
   */
  pixels: z.enum(['0..255', '0..1', 'imagenet', 'half']),
  /** Null where the graph takes any size and pads by itself. */
  size: z.strictObject({ width: side, height: side }).nullable(),
});

export type EncoderInput = z.infer<typeof encoderInput>;

type TensorType = 'float32' | 'int64';

/** What a model does not take of kinds of prompts that it does take. */
export interface PromptBounds {
  /** Whether clicks beside the object (label 0) mean anything to it. */
  readonly backgroundClicks: boolean;
  /** The most points of an object, the 2 corners of a box among them; null for no bound. */
  readonly maxPoints: number | null;
}

/** Of our own graphs, and of most others. */
export const NO_BOUNDS: PromptBounds = { backgroundClicks: true, maxPoints: null };

/** What one exporter's decoder expects, and what its answer means. What comes after `maxPoints`, it drops in silence. */
export interface Contract extends PromptBounds {
  /** Whose graphs these are. */
  readonly title: string;
  /** Decoder inputs that the encoder makes; the first is the embedding [1, 256, g, g], the frame is `patch` times g. */
  readonly embeddings: readonly [string, ...string[]];
  /** Pixels of the frame per position of the embedding; the low-resolution masks have 4 cells per position. */
  readonly patch: 14 | 16;
  /** `longest`: proportions are kept and the rest is padding. `stretch`: the image fills the frame. */
  readonly fit: 'longest' | 'stretch';
  /** What an encoder with float32 [1, 3, H, W] takes; other layouts take 0..255. */
  readonly pixels: EncoderInput['pixels'];
  /** Points x, y: [1, N, 2] or [1, 1, N, 2]. */
  readonly points: { readonly name: string; readonly rank: 3 | 4 };
  readonly labels: { readonly name: string; readonly type: TensorType };
  /** How a box comes: as two points with labels 2 and 3, as a tensor [1, M, 4] of corners of that name, or not at all. */
  readonly box: 'points' | { readonly name: string } | null;
  /**
   * Whether we end points without a box with one "not a point" at (0, 0), as the published predictor does. Where not,
   * the graph does it, or the exporter's own predictor does without: one more changes the mask.
   */
  readonly closingPoint: boolean;
  /** Logits to refine [1, 1, G, G], and whether there are any: [1], 0 or 1 and nothing between or beyond. */
  readonly mask: { readonly name: string; readonly has: string } | null;
  /** Size (height, width) that the graph enlarges to. `unit` is what points are measured in: the frame, or that size. */
  readonly size: { readonly name: string; readonly type: 'float32' | 'int64'; readonly unit: 'frame' | 'size' } | null;
  /** Outputs: logits [.., K, G, G] and the score of each, [.., K]. */
  readonly outputs: { readonly logits: string; readonly scores: string };
  /** The mask for prompts that leave no doubt: the first is made for it, or the best of all is taken. */
  readonly single: 'first' | 'best';
  /** Those for one click: all, or all but the first. */
  readonly ambiguous: 'all' | 'afterFirst';
  /** From logits to the original: through the frame, as SAM does, or in one step. */
  readonly upscaling: 'throughFrame' | 'direct';
}

/** Segment Anything's own exporter: `segment_anything/utils/onnx.py`. */
const sam: Contract = {
  title: "SAM's official export (SAM, MobileSAM, and others that keep to it)",
  embeddings: ['image_embeddings'],
  patch: 16,
  fit: 'longest',
  pixels: 'imagenet',
  points: { name: 'point_coords', rank: 3 },
  labels: { name: 'point_labels', type: 'float32' },
  box: 'points',
  ...NO_BOUNDS,
  closingPoint: true,
  mask: { name: 'mask_input', has: 'has_mask_input' },
  size: { name: 'orig_im_size', type: 'float32', unit: 'frame' },
  outputs: { logits: 'low_res_masks', scores: 'iou_predictions' },
  single: 'first',
  ambiguous: 'afterFirst',
  upscaling: 'throughFrame',
};

/** samexporter's SAM 2: the graph adds the closing point, boxes included, and answers the masks of tokens 1 to 3. */
const sam2: Contract = {
  ...sam,
  title: "samexporter's export of SAM 2",
  embeddings: ['image_embed', 'high_res_feats_0', 'high_res_feats_1'],
  fit: 'stretch',
  closingPoint: false,
  size: null,
  outputs: { logits: 'masks', scores: 'iou_predictions' },
  single: 'best',
  ambiguous: 'all',
  upscaling: 'direct',
};

/** The export of transformers and optimum: no boxes (labels 2 and 3 mean nothing to it) and no masks. */
const hfSam: Contract = {
  ...sam,
  title: 'the transformers / optimum export of SAM (SlimSAM and others)',
  embeddings: ['image_embeddings', 'image_positional_embeddings'],
  points: { name: 'input_points', rank: 4 },
  labels: { name: 'input_labels', type: 'int64' },
  box: null,
  closingPoint: false,
  mask: null,
  size: null,
  outputs: { logits: 'pred_masks', scores: 'iou_scores' },
  single: 'best',
  ambiguous: 'all',
};

const hfSam2: Contract = {
  ...hfSam,
  title: 'the transformers export of SAM 2, SAM 2.1 or EdgeTAM',
  embeddings: ['image_embeddings.2', 'image_embeddings.0', 'image_embeddings.1'],
  fit: 'stretch',
  box: { name: 'input_boxes' },
  upscaling: 'direct',
};

/** One record per exporter: everything in which they differ, and nothing of it anywhere else. */
export const contracts: Readonly<Record<ContractId, Contract>> = {
  sam,
  'sam-hq': { ...sam, title: 'the export of SAM-HQ', embeddings: ['image_embeddings', 'interm_embeddings'] },
  // Its own predictor closes nothing, and its decoder leaves the enlarging to the caller.
  'nano-sam': { ...sam, title: "NanoSAM's export", closingPoint: false, size: null },
  // The scores are stability scores: the IoU head was not distilled, so the first mask is not better than the others.
  'edge-sam': {
    ...sam,
    title: "EdgeSAM's export",
    closingPoint: false,
    mask: null,
    size: null,
    outputs: { logits: 'masks', scores: 'scores' },
    single: 'best',
    ambiguous: 'all',
  },
  // Points are in a frame of 1024 although the encoder of the smaller models takes 512.
  'efficient-vit-sam': {
    ...sam,
    title: "EfficientViT-SAM's export",
    mask: null,
    size: null,
    outputs: { logits: 'masks', scores: 'iou_predictions' },
    single: 'best',
  },
  // The graph resizes the image, scales points by the size that it is told, and fills up or crops to 6 points.
  'efficient-sam': {
    ...sam,
    title: "EfficientSAM's export",
    fit: 'stretch',
    pixels: '0..1',
    points: { name: 'batched_point_coords', rank: 4 },
    labels: { name: 'batched_point_labels', type: 'float32' },
    backgroundClicks: false,
    maxPoints: 6,
    closingPoint: false,
    mask: null,
    size: { name: 'orig_im_size', type: 'int64', unit: 'size' },
    outputs: { logits: 'output_masks', scores: 'iou_predictions' },
    single: 'best',
    ambiguous: 'all',
    upscaling: 'direct',
  },
  sam2,
  'sam2-original-size': {
    ...sam2,
    title: "RectLabel's and osam's export of SAM 2",
    embeddings: ['image_embeddings', 'high_res_features1', 'high_res_features2'],
    size: { name: 'orig_im_size', type: 'int64', unit: 'frame' },
    outputs: { logits: 'low_res_masks', scores: 'iou_predictions' },
    single: 'first',
    ambiguous: 'afterFirst',
  },
  'hf-sam': hfSam,
  'hf-sam2': hfSam2,
  'hf-sam3-tracker': { ...hfSam2, title: "the transformers export of SAM 3's tracker", patch: 14, pixels: 'half' },
};

/** Prompt kinds that a contract has a way for. */
export function promptKindsOf({ box, mask }: Contract): ('POINT' | 'BOX' | 'MASK')[] {
  return ['POINT', ...(box ? (['BOX'] as const) : []), ...(mask ? (['MASK'] as const) : [])];
}
