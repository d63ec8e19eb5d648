import type { Graph, Port } from '#src/models/onnx/graph.js';
import { GraphBuilder, type Value } from '#src/models/onnx/graphBuilder.js';
import type { SamArchitecture } from './architecture.js';
import { buildImageState, imageStatePorts, type ImageState } from './imageState.js';
import { Layers } from './layers.js';
import { buildMaskDecoder } from './maskDecoder.js';
import { buildMaskPrompt } from './maskPrompt.js';
import { buildNeck } from './neck.js';
import { buildTokens } from './promptTokens.js';
import { buildTinyVit } from './tinyVit.js';
import { buildVit } from './vit.js';
import type { Weights } from './weights.js';

export interface GraphOptions {
  /** Multiplies with weights in 8 bits: faster, not exact. */
  readonly int8?: boolean;
}

/**
 * From `image` float32 [1, 3, frame, frame] (see `preprocess`) to the state that the decoder needs: see
 * `imageStatePorts`.
 */
export function encoderGraph(weights: Weights, sam: SamArchitecture, options: GraphOptions = {}): Graph {
  const g = new GraphBuilder('encoder');
  const layers = new Layers(g, weights, options.int8);
  const image = g.input('image', 'float32', [1, 3, sam.frame, sam.frame]);
  const features =
    sam.encoder.kind === 'vit'
      ? buildVit(layers, image, sam.encoder, sam.grid)
      : buildTinyVit(layers, image, sam.frame);
  const embedding = buildNeck(layers, features, sam.grid);
  const state = buildImageState(new Layers(g, weights), embedding, sam);
  for (const part of stateParts) {
    const port = imageStatePorts(sam, 1)[part];
    g.output(state[part], port.name, port.type, port.dims);
  }
  return g.finish();
}

/**
 * From the state of one image for all prompts, or of one per prompt, and the prompts, to `low_res_logits` float32
 * [prompts, mask tokens, 4 * grid, 4 * grid] (threshold 0) and `iou_predictions` float32 [prompts, mask tokens].
 * Mask token 0 is SAM's single mask, 1 to 3 are those of an ambiguous prompt; which of them answer is the caller's choice.
 *
 * Inputs `points` float32 [prompts, points, 2] in pixels of the frame and `labels` float32 [prompts, points]: see
 * `pointLabels`. SAM's rule that a prompt without a box ends with one "not a point" is the caller's.
 * @param withMask adds `mask` float32 [prompts, 1, 4 * grid, 4 * grid], logits, and `has_mask` float32 [prompts], 1 or 0.
 */
export function decoderGraph(
  weights: Weights,
  sam: SamArchitecture,
  withMask: boolean,
  options: GraphOptions = {},
): Graph {
  const g = new GraphBuilder(withMask ? 'decoder-mask' : 'decoder');
  const layers = new Layers(g, weights, options.int8);
  const ports = imageStatePorts(sam, 'images');
  const take = ({ name, type, dims }: Port): Value => g.input(name, type, dims);
  const state: ImageState = {
    embedding: take(ports.embedding),
    keys: take(ports.keys),
    values: take(ports.values),
    queries: take(ports.queries),
  };
  const points = g.input('points', 'float32', ['prompts', 'points', 2]);
  const labels = g.input('labels', 'float32', ['prompts', 'points']);
  const side = 4 * sam.grid;
  const maskInputs = withMask
    ? ([g.input('mask', 'float32', ['prompts', 1, side, side]), g.input('has_mask', 'float32', ['prompts'])] as const)
    : null;
  const mask = maskInputs && g.scoped('mask_prompt', () => buildMaskPrompt(new Layers(g, weights), ...maskInputs, sam));
  const tokens = g.scoped('prompts', () => buildTokens(layers, points, labels, sam));
  const { logits, iou } = buildMaskDecoder(layers, state, tokens, mask, sam);
  g.output(logits, 'low_res_logits', 'float32', ['prompts', sam.decoder.maskTokens, side, side]);
  g.output(iou, 'iou_predictions', 'float32', ['prompts', sam.decoder.maskTokens]);
  return g.finish();
}

const stateParts = ['embedding', 'keys', 'values', 'queries'] as const;
