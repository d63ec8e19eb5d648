import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Checkpoint } from '#src/models/checkpoint/checkpoint.js';
import type { Graph } from '#src/models/onnx/graph.js';
import { byteCount } from '#src/models/onnx/tensor.js';
import { writeModel, type WrittenFile } from '#src/models/onnx/writeModel.js';
import { DECODER_HEADS, readArchitecture } from './architecture.js';
import { decoderGraph, encoderGraph } from './graphs.js';

export interface ConvertOptions {
  /** Called as the graphs are written, with how many bytes of weights are done and how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Attention heads of the mask decoder, which no tensor tells; 8 in every published checkpoint. */
  readonly decoderHeads?: number;
  /** Weights in 8 bits, of the encoder and of the decoder: faster and smaller, not exact. Off by default. */
  readonly int8?: { readonly encoder?: boolean; readonly decoder?: boolean };
}

/** What `model.json` beside the graphs says. */
export interface ConvertedModel {
  readonly family: 'sam';
  /** The longest side, in pixels, to which an image is resized; also the side of the encoder's square input. */
  readonly frame: number;
  /** Side of the embedding grid, in positions. */
  readonly grid: number;
  /** Side of the low-resolution masks, in pixels. */
  readonly maskGrid: number;
  readonly maskTokens: number;
  readonly encoder: 'vit' | 'tinyVit';
  readonly int8: { readonly encoder: boolean; readonly decoder: boolean };
  /** Every file but this one, with its size in bytes and its sha256 in hexadecimal. */
  readonly files: readonly WrittenFile[];
}

/**
 * Converts an official SAM (ViT-B, -L, -H) or MobileSAM checkpoint to ONNX graphs of our own contract: `encoder.onnx`,
 * `decoder.onnx`, `decoder-mask.onnx` (the same with a mask prompt) and `model.json`. See `encoderGraph` and
 * `decoderGraph` for the tensors. Weights pass through one at a time; `model.json` comes last.
 * @param outFolder is made where it is missing.
 * @throws MaskwireError BAD_USER_INPUT where the file is not such a checkpoint.
 */
export async function convertSam(
  checkpointPath: string,
  outFolder: string,
  options: ConvertOptions = {},
): Promise<ConvertedModel> {
  const checkpoint = await Checkpoint.open(checkpointPath);
  try {
    const sam = readArchitecture(checkpoint, options.decoderHeads ?? DECODER_HEADS);
    const int8 = { encoder: options.int8?.encoder ?? false, decoder: options.int8?.decoder ?? false };
    const graphs: [string, Graph][] = [
      ['encoder.onnx', encoderGraph(checkpoint, sam, { int8: int8.encoder })],
      ['decoder.onnx', decoderGraph(checkpoint, sam, false, { int8: int8.decoder })],
      ['decoder-mask.onnx', decoderGraph(checkpoint, sam, true, { int8: int8.decoder })],
    ];
    const total = graphs.reduce((sum, [, graph]) => sum + weightBytes(graph), 0);
    await mkdir(outFolder, { recursive: true });
    const files: WrittenFile[] = [];
    let before = 0;
    for (const [name, graph] of graphs) {
      const onBytes = (done: number): void => options.onProgress?.(before + done, total);
      files.push(...(await writeModel(graph, join(outFolder, name), { onBytes })));
      before += weightBytes(graph);
    }
    const model: ConvertedModel = {
      family: 'sam',
      frame: sam.frame,
      grid: sam.grid,
      maskGrid: 4 * sam.grid,
      maskTokens: sam.decoder.maskTokens,
      encoder: sam.encoder.kind,
      int8,
      files,
    };
    await writeFile(join(outFolder, 'model.json'), `${JSON.stringify(model, null, 2)}\n`);
    return model;
  } finally {
    await checkpoint.close();
  }
}

function weightBytes(graph: Graph): number {
  return [...graph.initializers.values()].reduce((sum, tensor) => sum + byteCount(tensor), 0);
}
