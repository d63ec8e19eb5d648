import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { namesIn } from '#src/models/adapters/externalData.js';
import type { GraphPort, GraphPorts } from '#src/models/adapters/ports.js';
import { bindOutputs, isDecoder, recognise } from '#src/models/adapters/recognise.js';
import { contracts } from '#src/models/adapters/contract.js';
import { decoders, encoders, type DecoderShape, type EncoderShape, type PortOf } from './exports.js';

const port = ([name, type, dims]: PortOf): GraphPort => ({ name, type, dims });

function encoder({ input, outputs }: EncoderShape): GraphPorts {
  return { inputs: [port(input)], outputs: outputs.map(port) };
}

function decoder({ inputs, logits, scores, masks }: DecoderShape): GraphPorts {
  const outputs = [logits, scores].map(port);
  if (masks !== undefined) outputs.push({ name: masks, type: 'float32', dims: [1, 4, 'height', 'width'] });
  return { inputs: inputs.map(port), outputs };
}

/** The same graph with one input or output changed. */
function changed(graph: GraphPorts, name: string, change: Partial<GraphPort>): GraphPorts {
  const swap = (ports: readonly GraphPort[]) => ports.map((one) => (one.name === name ? { ...one, ...change } : one));
  return { inputs: swap(graph.inputs), outputs: swap(graph.outputs) };
}

describe('recognise', () => {
  it.each([
    ['sam', 'normalised', 'sam', ['POINT', 'BOX', 'MASK']],
    ['sam', 'traced', 'sam-single', ['POINT', 'BOX', 'MASK']],
    ['sam-hq', 'hq', 'sam-hq', ['POINT', 'BOX', 'MASK']],
    ['nano-sam', 'normalised', 'nano-sam', ['POINT', 'BOX', 'MASK']],
    ['edge-sam', 'planarBytes', 'edge-sam', ['POINT', 'BOX']],
    ['efficient-vit-sam', 'half', 'efficient-vit-sam', ['POINT', 'BOX']],
    ['efficient-sam', 'efficient-sam', 'efficient-sam', ['POINT', 'BOX']],
    ['sam2', 'sam2', 'sam2', ['POINT', 'BOX', 'MASK']],
    ['sam2-original-size', 'sam2-original-size', 'sam2-original-size', ['POINT', 'BOX', 'MASK']],
    ['hf-sam', 'hf-sam', 'hf-sam', ['POINT']],
    ['hf-sam2', 'hf-sam2', 'hf-sam2', ['POINT', 'BOX']],
    ['hf-sam3-tracker', 'hf-sam3-tracker', 'hf-sam2', ['POINT', 'BOX']],
  ] as const)('tells %s', (contract, from, to, promptKinds) => {
    const graphs = [encoder(encoders[from]), decoder(decoders[to])] as const;
    expect(recognise(...graphs)).toMatchObject({ contract, promptKinds });
    expect(isDecoder(graphs[1])).toBe(true);
    expect(isDecoder(graphs[0])).toBe(false);
  });

  it('takes the usual grid where the graphs leave theirs open', () => {
    const open = changed(decoder(decoders.sam), 'image_embeddings', { dims: ['b', 256, 'h', 'w'] });
    const from = changed(encoder(encoders.preprocess), 'image_embeddings', { dims: ['b', 256, 'h', 'w'] });
    expect(recognise(from, open)).toMatchObject({ frame: 1024, maskGrid: 256 });
  });

  it('names what it saw where it knows no such decoder', () => {
    const strange = changed(decoder(decoders.sam), 'point_coords', { name: 'clicks' });
    expect(() => recognise(encoder(encoders.normalised), strange)).toThrow(
      /known export, but its tensors are: image_embeddings float32\[1,3,4,4\], clicks float32\[1,num_points,2\].*→ low_res/,
    );
  });

  it('names an element type that does not fit, such as that of a half-precision export', () => {
    const half = changed(decoder(decoders.sam), 'point_coords', { type: 'float16' });
    expect(() => recognise(encoder(encoders.normalised), half)).toThrow(
      /expected float32 for "point_coords", but got point_coords float16\[1,num_points,2\]/,
    );
    const size = changed(decoder(decoders['efficient-sam']), 'orig_im_size', { type: 'float32' });
    expect(() => recognise(encoder(encoders['efficient-sam']), size)).toThrow(/expected int64 for "orig_im_size"/);
    const image = changed(encoder(encoders.normalised), 'x', { type: 'float16' });
    expect(() => recognise(image, decoder(decoders.sam))).toThrow(/expected an image of float32 or uint8.*x float16/);
  });

  it('refuses an encoder that is none, or that does not make what the decoder needs', () => {
    const planes = changed(encoder(encoders.preprocess), 'input_image', { dims: [3, 1008, 1008], type: 'uint8' });
    expect(() => recognise(planes, decoder(decoders.sam))).toThrow(/\[H,W,3\] or \[1,3,H,W\]/);
    expect(() => recognise(encoder(encoders.normalised), decoder(decoders.sam2))).toThrow(
      /expected "image_embed" from the encoder, but it answers: image_embeddings float32/,
    );
  });

  it('finds the logits of an export whose output names are in the wrong order', () => {
    // `--return-extra-metrics`: five outputs, of which three names are given.
    const metric: Pick<GraphPort, 'type' | 'dims'> = { type: 'float32', dims: [1, 4] };
    const outputs: GraphPort[] = [
      { name: 'masks', type: 'float32', dims: [1, 4, 'height', 'width'] },
      { name: 'iou_predictions', ...metric },
      { name: 'low_res_masks', ...metric },
      { name: '3052', ...metric },
      { name: '3067', type: 'float32', dims: [1, 4, 256, 256] },
    ];
    expect(bindOutputs(contracts.sam, outputs)).toEqual({ logits: '3067', scores: 'iou_predictions' });
    expect(() => bindOutputs(contracts.sam, outputs.slice(0, 4))).toThrow(/"low_res_masks".*but got: masks/);
  });
});

describe('namesIn', () => {
  it('finds names across the boundaries of what it reads at once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'maskwire-names-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const path = join(folder, 'graph.onnx');
    const bytes = Buffer.alloc(2 ** 21);
    bytes.write('encoder_data.bin', 2 ** 20 - 5);
    await writeFile(path, bytes);
    expect(await namesIn(path, ['encoder_data.bin', 'decoder_data.bin'])).toEqual(['encoder_data.bin']);
  });
});
