import type { RgbImage } from '#src/images/rgb.js';
import type { ModelFiles } from '#src/models/manifest.js';
import { isAmbiguous } from './ambiguity.js';
import { lengthStep, maskRows, runInGroups, stackMasks, stackPoints, type Entry } from './batchTensors.js';
import { framePrompts, type FramePrompts } from './framePrompts.js';
import type {
  DecodeItem,
  Embedding,
  FloatTensor,
  FrameSizes,
  LowResolutionMasks,
  SegmentationModel,
  Size,
} from './model.js';
import { LazyGraph } from './onnx.js';

/**
 * How many times the shorter side of a photo is stretched at most against the longer one, to fill the frame: a frame
 * that is filled shows more, and the model was trained so.
 */
const MOST_STRETCH = 2;

/** What surrounds a photo that does not fill the frame: the mean colour that the model was trained with, RGB 0..255. */
const PAD_COLOR = [119.85, 114.75, 104.55] as const;

/** Label of points that only fill up a batch. */
const PADDING = -1;

/** The mask of a prompt that is clear, and those of one that is ambiguous: others are not computed, which saves time. */
const SINGLE = { data: BigInt64Array.of(0n), dims: [1] };
const CANDIDATES = { data: BigInt64Array.of(1n, 2n, 3n), dims: [3] };

/** Logits beyond this say nothing more; training fed them back clamped to it. */
const LOGIT_LIMIT = 20;

/**
 * The family of the packaged model: SAM's prompt encoder and mask decoder over a small convolutional encoder. Items run
 * together where they share an image: to copy the embeddings of several (4 MiB each) costs more than a run saves.
 *
 * `encoder.onnx`, F = frame: `image` [1, 3, F, F], RGB 0..255, photo top left, padded (normalisation is in the graph) →
 * tensors that only the decoder reads, first dimension 1.
 *
 * `decoder.onnx`, G = mask grid: those tensors, first dimension 1 (one image for all items) or N; `points` [N, P, 2],
 * `labels` [N, P], `mask` [N, 1, G, G] and `has_mask` [N] (see batchTensors.ts); `mask_tokens` [M] int64: which masks
 * are wanted → `masks` [N, M, G, G] logits and `iou` [N, M].
 */
export class CompactModel implements SegmentationModel {
  readonly sizes: FrameSizes;
  private readonly encoder: LazyGraph;
  private readonly decoder: LazyGraph;

  constructor({ frame, maskGrid, encoderPath, decoderPath }: ModelFiles, threads: number) {
    this.sizes = { frame, maskGrid, upscaling: 'throughFrame' };
    this.encoder = new LazyGraph(encoderPath, threads);
    this.decoder = new LazyGraph(decoderPath, threads);
  }

  open(part: 'encoder' | 'decoder'): Promise<void> {
    return this[part].open();
  }

  async release(): Promise<void> {
    await Promise.all([this.encoder.release(), this.decoder.release()]);
  }

  imageSize(original: Size): Size {
    const { frame } = this.sizes;
    const perPixel = (frame * MOST_STRETCH) / Math.max(original.width, original.height);
    const fit = (length: number) => Math.min(frame, Math.max(1, Math.round(length * perPixel)));
    return { width: fit(original.width), height: fit(original.height) };
  }

  async encode(image: RgbImage): Promise<Embedding> {
    return {
      tensors: await this.encoder.run({ image: frameTensor(image, this.sizes.frame) }),
      original: { width: image.originalWidth, height: image.originalHeight },
      content: { width: image.width, height: image.height },
    };
  }

  async decode(items: readonly DecodeItem[]): Promise<LowResolutionMasks[]> {
    const entries = items.map((item) => ({ item, prompts: clamped(framePrompts(item, this.sizes)) }));
    return runInGroups(
      entries,
      [({ item }) => item.embedding, ({ item }) => isAmbiguous(item), ({ prompts }) => lengthStep(prompts)],
      (group) => this.run(group),
    );
  }

  /** Items of one image, ambiguous all or none. */
  private async run(group: readonly Entry[]): Promise<LowResolutionMasks[]> {
    const prompts = group.map((entry) => entry.prompts);
    const { masks, iou } = await this.decoder.run({
      ...group[0]?.item.embedding.tensors,
      ...stackPoints(prompts, PADDING),
      ...stackMasks(prompts, this.sizes.maskGrid),
      mask_tokens: group.some(({ item }) => isAmbiguous(item)) ? CANDIDATES : SINGLE,
    });
    return maskRows(masks, iou);
  }
}

function clamped(prompts: FramePrompts): FramePrompts {
  const mask = prompts.mask?.map((logit) => Math.max(-LOGIT_LIMIT, Math.min(LOGIT_LIMIT, logit))) ?? null;
  return { ...prompts, mask };
}

/** `[1, 3, frame, frame]` float32: the photo in the top left corner, interleaved RGB made planar, the rest padded. */
function frameTensor({ data, width, height }: RgbImage, frame: number): FloatTensor {
  const plane = frame * frame;
  const tensor = new Float32Array(3 * plane);
  PAD_COLOR.forEach((color, channel) => {
    tensor.fill(color, channel * plane, (channel + 1) * plane);
    for (let y = 0; y < height; y++) {
      const to = channel * plane + y * frame;
      const from = y * width * 3 + channel;
      for (let x = 0; x < width; x++) tensor[to + x] = data[from + 3 * x] ?? 0;
    }
  });
  return { data: tensor, dims: [1, 3, frame, frame] };
}
