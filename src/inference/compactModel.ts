import type { RgbImage } from '#src/images/rgb.js';
import type { ModelFiles } from '#src/models/manifest.js';
import { compactPrompts, type CompactPrompts } from './compactPrompts.js';
import type { DecodeItem, Embedding, FloatTensor, FrameSizes, LowResolutionMasks, SegmentationModel } from './model.js';
import { Graph } from './onnx.js';

/** What surrounds a photo that does not fill the frame: the mean colour that the model was trained with, RGB 0..255. */
const PAD_COLOR = [119.85, 114.75, 104.55] as const;

/**
 * Items whose numbers of points lie in one of these ranges run together. Padding changes no mask, but a long item would
 * make short ones beside it as slow as itself: 32 points cost 1.5 times what 8 cost.
 */
const POINT_COUNT_STEPS = [8, 32, 128, Infinity] as const;

/**
 * The family of the default model: SAM's prompt encoder and mask decoder over a small convolutional encoder.
 *
 * `encoder.onnx`, F = frame: `image` [1, 3, F, F], RGB 0..255, photo top left, padded (normalisation is in the graph) →
 * tensors that only the decoder reads, first dimension 1.
 *
 * `decoder.onnx`, G = mask grid: those tensors, first dimension 1 (one image for all items) or N; `points` [N, P, 2] and
 * `labels` [N, P] (see compactPrompts.ts); `mask` [N, 1, G, G] and `has_mask` [N] → `masks` [N, M, G, G] logits and
 * `iou` [N, M]; mask 0 is the single one, 1 to M-1 are candidates of an ambiguous prompt.
 */
export class CompactModel implements SegmentationModel {
  readonly sizes: FrameSizes;
  private encoder: Promise<Graph> | undefined;
  private decoder: Promise<Graph> | undefined;

  constructor(
    private readonly files: ModelFiles,
    private readonly threads: number,
  ) {
    this.sizes = { frame: files.frame, maskGrid: files.maskGrid };
  }

  async open(part: 'encoder' | 'decoder'): Promise<void> {
    await (part === 'encoder' ? this.openEncoder() : this.openDecoder());
  }

  async encode(image: RgbImage): Promise<Embedding> {
    const graph = await this.openEncoder();
    const tensors = await graph.run({ image: frameTensor(image, this.sizes.frame) });
    return {
      tensors,
      original: { width: image.originalWidth, height: image.originalHeight },
      content: { width: image.width, height: image.height },
    };
  }

  async decode(items: readonly DecodeItem[]): Promise<LowResolutionMasks[]> {
    const graph = await this.openDecoder();
    const all = items.map((item, index) => ({ index, item, prompts: compactPrompts(item, this.sizes) }));
    const results: LowResolutionMasks[] = [];
    for (const group of groupByLength(all)) {
      const embeddings = stackEmbeddings(group.map(({ item }) => item.embedding));
      const prompts = stackPrompts(
        group.map((entry) => entry.prompts),
        this.sizes.maskGrid,
      );
      const outputs = await graph.run({ ...embeddings, ...prompts });
      maskRows(outputs, group.length).forEach((masks, row) => (results[group[row]?.index ?? -1] = masks));
    }
    return results;
  }

  private openEncoder(): Promise<Graph> {
    return (this.encoder ??= Graph.open(this.files.encoderPath, this.threads));
  }

  private openDecoder(): Promise<Graph> {
    return (this.decoder ??= Graph.open(this.files.decoderPath, this.threads));
  }
}

function groupByLength<T extends { readonly prompts: CompactPrompts }>(items: readonly T[]): T[][] {
  const groups = POINT_COUNT_STEPS.map((): T[] => []);
  for (const item of items) {
    const step = POINT_COUNT_STEPS.findIndex((most) => item.prompts.labels.length <= most);
    groups[step]?.push(item);
  }
  return groups.filter(({ length }) => length > 0);
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

/** The embedding itself where all items share it, else one row per item. */
function stackEmbeddings(embeddings: readonly Embedding[]): Readonly<Record<string, FloatTensor>> {
  const [first, ...others] = embeddings;
  if (first === undefined) return {};
  if (others.every((other) => other === first)) return first.tensors;
  return Object.fromEntries(
    Object.entries(first.tensors).map(([name, { data, dims }]) => {
      const stacked = new Float32Array(embeddings.length * data.length);
      embeddings.forEach(({ tensors }, row) => stacked.set(tensors[name]?.data ?? [], row * data.length));
      return [name, { data: stacked, dims: [embeddings.length, ...dims.slice(1)] }];
    }),
  );
}

/** Pads every item to the most points of any; label -1 keeps the padding out of the attention. */
function stackPrompts(items: readonly CompactPrompts[], grid: number): Record<string, FloatTensor> {
  const n = items.length;
  const p = Math.max(...items.map(({ labels }) => labels.length));
  const points = new Float32Array(n * p * 2);
  const labels = new Float32Array(n * p).fill(-1);
  const mask = new Float32Array(n * grid * grid);
  const hasMask = new Float32Array(n);
  items.forEach((item, row) => {
    points.set(item.points, row * p * 2);
    labels.set(item.labels, row * p);
    if (item.mask === null) return;
    mask.set(item.mask, row * grid * grid);
    hasMask[row] = 1;
  });
  return {
    points: { data: points, dims: [n, p, 2] },
    labels: { data: labels, dims: [n, p] },
    mask: { data: mask, dims: [n, 1, grid, grid] },
    has_mask: { data: hasMask, dims: [n] },
  };
}

function maskRows({ masks, iou }: Readonly<Record<string, FloatTensor>>, rows: number): LowResolutionMasks[] {
  if (masks === undefined || iou === undefined) throw new Error('expected the outputs "masks" and "iou".');
  const count = iou.data.length / rows;
  const cells = masks.data.length / iou.data.length;
  return Array.from({ length: rows }, (_, row) => ({
    logits: Array.from({ length: count }, (_, mask) => {
      const begin = (row * count + mask) * cells;
      // A copy: kept logits must not keep the whole batch's buffer alive.
      return masks.data.slice(begin, begin + cells);
    }),
    predictedIous: Array.from(iou.data.subarray(row * count, (row + 1) * count)),
  }));
}
