import { fitLongestSide, type RgbImage } from '#src/images/rgb.js';
import { contracts, type Contract } from '#src/models/adapters/contract.js';
import { bindEmbeddings, bindOutputs } from '#src/models/adapters/recognise.js';
import type { ExportedContract, ModelFiles } from '#src/models/manifest.js';
import { answerOf } from '../ambiguity.js';
import type {
  DecodeItem,
  Embedding,
  FloatTensor,
  FrameSizes,
  LowResolutionMasks,
  SegmentationModel,
  Size,
} from '../model.js';
import { LazyGraph } from '../onnx.js';
import { decoderInputs } from './decoderInputs.js';
import { imageTensor } from './pixels.js';

/**
 * Graphs that someone else exported, run as the record of their exporter in src/models/adapters says. Published graphs
 * take one image and one set of prompts, so items run one by one; on a CPU a batch was measured to save nothing.
 */
export class ExportedModel implements SegmentationModel {
  readonly sizes: FrameSizes;
  private readonly contract: Contract;
  private readonly input: ExportedContract['encoderInput'];
  private readonly encoder: LazyGraph;
  private readonly decoder: LazyGraph;

  constructor(
    private readonly files: ModelFiles,
    threads: number,
  ) {
    const { id, exported, frame, maskGrid, encoderPath, decoderPath } = files;
    if (exported === null) throw new Error(`expected a contract among the properties of "${id}".`);
    this.contract = contracts[exported.contract];
    this.input = exported.encoderInput;
    this.sizes = { frame, maskGrid, upscaling: this.contract.upscaling };
    this.encoder = new LazyGraph(encoderPath, threads);
    this.decoder = new LazyGraph(decoderPath, threads);
  }

  open(part: 'encoder' | 'decoder'): Promise<void> {
    return this[part].open();
  }

  async release(): Promise<void> {
    await Promise.all([this.encoder.release(), this.decoder.release()]);
  }

  /** A graph that was traced with a fixed size and takes raw pixels pads nothing of its own: the image fills it. */
  imageSize(original: Size): Size {
    const { size, pixels } = this.input;
    const { frame } = this.sizes;
    if (this.contract.fit === 'stretch') return size ?? { width: frame, height: frame };
    if (size === null) return fitLongestSide(original, frame);
    const isFilled = pixels === '0..255' || size.width !== size.height;
    return isFilled ? size : fitLongestSide(original, size.width);
  }

  async encode(image: RgbImage): Promise<Embedding> {
    const sources = bindEmbeddings(this.contract, (await this.encoder.ports()).outputs);
    const outputs = await this.encoder.run(
      { [this.input.name]: imageTensor(image, this.input) },
      Object.values(sources).flat(),
    );
    const tensors = Object.entries(sources).map(([input, names]) => {
      const parts = names.flatMap((name) => outputs[name] ?? []);
      return [input, parts.length === 1 ? parts[0] : stacked(parts)] as const;
    });
    // The encoder's image may be smaller than the frame in which the decoder counts.
    const { size } = this.input;
    const scale = size === null ? 1 : this.sizes.frame / Math.max(size.width, size.height);
    return {
      tensors: Object.fromEntries(tensors) as Embedding['tensors'],
      original: { width: image.originalWidth, height: image.originalHeight },
      content: { width: Math.round(image.width * scale), height: Math.round(image.height * scale) },
    };
  }

  async decode(items: readonly DecodeItem[]): Promise<LowResolutionMasks[]> {
    const { logits, scores } = bindOutputs(this.contract, (await this.decoder.ports()).outputs);
    const results: LowResolutionMasks[] = [];
    for (const item of items) {
      const inputs = decoderInputs(this.files.id, this.contract, item, this.sizes);
      const outputs = await this.decoder.run({ ...item.embedding.tensors, ...inputs }, [logits, scores]);
      results.push(answerOf(item, this.inOrder(masksOf(outputs[logits], outputs[scores], this.sizes.maskGrid))));
    }
    return results;
  }

  /** The single mask first, then those of an ambiguous click. */
  private inOrder({ logits, predictedIous }: LowResolutionMasks): LowResolutionMasks {
    const { single, ambiguous } = this.contract;
    const first = single === 'first' ? 0 : predictedIous.indexOf(Math.max(...predictedIous));
    const all = [...logits.keys()];
    const order = logits.length === 1 ? [0] : [first, ...(ambiguous === 'all' ? all : all.slice(1))];
    return {
      logits: order.flatMap((i) => logits[i] ?? []),
      predictedIous: order.map((i) => predictedIous[i] ?? 0),
    };
  }
}

/** Tensors of one shape along a new first axis. */
function stacked(parts: readonly FloatTensor[]): FloatTensor {
  const [first] = parts;
  if (first === undefined) throw new Error('expected the encoder to answer its outputs.');
  const data = new Float32Array(parts.length * first.data.length);
  parts.forEach((part, i) => data.set(part.data, i * first.data.length));
  return { data, dims: [parts.length, ...first.dims] };
}

function masksOf(masks: FloatTensor | undefined, scores: FloatTensor | undefined, grid: number): LowResolutionMasks {
  const count = scores?.data.length ?? 0;
  if (masks === undefined || scores === undefined || masks.data.length !== count * grid * grid || count === 0) {
    throw new Error(
      `expected a score for each mask of ${grid} x ${grid}, but got ${count} scores and masks of ` +
        `[${masks?.dims.join() ?? ''}].`,
    );
  }
  return {
    // Copies: kept logits must not keep the others alive.
    logits: Array.from({ length: count }, (_, i) => masks.data.slice(i * grid * grid, (i + 1) * grid * grid)),
    predictedIous: [...scores.data],
  };
}
