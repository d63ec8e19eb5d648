import { fitLongestSide, type RgbImage } from '#src/images/rgb.js';
import type { ModelFiles } from '#src/models/manifest.js';
import { normalizedFrame } from '#src/models/sam/preprocess.js';
import { pointLabels } from '#src/models/sam/promptTokens.js';
import { answerOf } from './ambiguity.js';
import { lengthStep, maskRows, runInGroups, stackMasks, stackPoints, type Entry } from './batchTensors.js';
import { framePrompts, type FramePrompts } from './framePrompts.js';
import type { DecodeItem, Embedding, FrameSizes, LowResolutionMasks, SegmentationModel, Size } from './model.js';
import { LazyGraph } from './onnx.js';

/**
 * SAM and MobileSAM, converted to our own graphs: see `encoderGraph` and `decoderGraph` of src/models/sam for the
 * tensors. The embedding is large (10 MiB at a frame of 1024), and a batch on a CPU saves nothing with this decoder, so
 * each run takes the items of one image.
 */
export class SamModel implements SegmentationModel {
  readonly sizes: FrameSizes;
  private readonly encoder: LazyGraph;
  private readonly decoder: LazyGraph;
  /** The same as the decoder, with a mask prompt, which costs more. */
  private readonly maskDecoder: LazyGraph;

  constructor({ id, frame, maskGrid, encoderPath, decoderPath, maskDecoderPath }: ModelFiles, threads: number) {
    if (maskDecoderPath === null) throw new Error(`expected a mask decoder among the files of "${id}".`);
    this.sizes = { frame, maskGrid, upscaling: 'throughFrame' };
    this.encoder = new LazyGraph(encoderPath, threads);
    this.decoder = new LazyGraph(decoderPath, threads);
    this.maskDecoder = new LazyGraph(maskDecoderPath, threads);
  }

  /** Both decoders at once: else the first refinement, often the second click, would wait for its graph. */
  async open(part: 'encoder' | 'decoder'): Promise<void> {
    await this[part].open();
    if (part === 'decoder') await this.maskDecoder.open();
  }

  async release(): Promise<void> {
    await Promise.all([this.encoder.release(), this.decoder.release(), this.maskDecoder.release()]);
  }

  imageSize(original: Size): Size {
    return fitLongestSide(original, this.sizes.frame);
  }

  async encode(image: RgbImage): Promise<Embedding> {
    const { frame } = this.sizes;
    return {
      tensors: await this.encoder.run({ image: { data: normalizedFrame(image, frame), dims: [1, 3, frame, frame] } }),
      original: { width: image.originalWidth, height: image.originalHeight },
      content: { width: image.width, height: image.height },
    };
  }

  async decode(items: readonly DecodeItem[]): Promise<LowResolutionMasks[]> {
    const entries = items.map((item) => ({ item, prompts: closed(framePrompts(item, this.sizes)) }));
    return runInGroups(
      entries,
      [({ item }) => item.embedding, ({ prompts }) => prompts.mask !== null, ({ prompts }) => lengthStep(prompts)],
      (group) => this.run(group),
    );
  }

  /** Items of one image, with a mask all or none. */
  private async run(group: readonly Entry[]): Promise<LowResolutionMasks[]> {
    const prompts = group.map((entry) => entry.prompts);
    const inputs = { ...group[0]?.item.embedding.tensors, ...stackPoints(prompts, pointLabels.padding) };
    const outputs = prompts.some(({ mask }) => mask !== null)
      ? await this.maskDecoder.run({ ...inputs, ...stackMasks(prompts, this.sizes.maskGrid) })
      : await this.decoder.run(inputs);
    const rows = maskRows(outputs['low_res_logits'], outputs['iou_predictions']);
    return rows.flatMap((row, i) => {
      const entry = group[i];
      return entry === undefined ? [] : [answerOf(entry.item, row)];
    });
  }
}

/** SAM ends points without a box with one that is "not a point". */
function closed(prompts: FramePrompts): FramePrompts {
  if (prompts.hasBox || prompts.labels.length === 0) return prompts;
  return {
    ...prompts,
    points: [...prompts.points, 0, 0],
    labels: [...prompts.labels, pointLabels.notAPoint],
  };
}
