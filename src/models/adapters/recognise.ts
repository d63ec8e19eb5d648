import { MaskwireError } from '#src/errors.js';
import {
  contractIds,
  contracts,
  promptKindsOf,
  type Contract,
  type ContractId,
  type EncoderInput,
} from './contract.js';
import { portText, portsText, type GraphPort, type GraphPorts } from './ports.js';

/** What two graphs turned out to be. */
export interface Recognised {
  readonly contract: ContractId;
  readonly encoderInput: EncoderInput;
  /** See the manifest. */
  readonly frame: number;
  readonly maskGrid: number;
  readonly promptKinds: readonly ('POINT' | 'BOX' | 'MASK')[];
}

/** Positions along a side of the embedding, where the graphs leave it open: that of every published model. */
const USUAL_GRID = 64;

/**
 * Tells whose export two graphs are, by the names, types and shapes of their inputs and outputs.
 * @throws MaskwireError BAD_USER_INPUT that names what was seen and what does not fit.
 */
export function recognise(encoder: GraphPorts, decoder: GraphPorts): Recognised {
  const candidates = contractIds.filter((id) => fits(contracts[id], decoder));
  const [first] = candidates;
  if (first === undefined) {
    throw refused(`expected the decoder of a known export, but its tensors are: ${portsText(decoder)}`);
  }
  const patch = patchOf(contracts[first], encoder, decoder);
  const id = candidates.find((candidate) => contracts[candidate].patch === patch) ?? first;
  const contract = contracts[id];
  assertTypes(contract, decoder);
  bindEmbeddings(contract, encoder.outputs);
  bindOutputs(contract, decoder.outputs);
  const grid = gridOf(contract, encoder, decoder) ?? USUAL_GRID;
  const frame = contract.patch * grid;
  return {
    contract: id,
    encoderInput: encoderInputOf(contract, encoder, frame),
    frame,
    maskGrid: 4 * grid,
    promptKinds: promptKindsOf(contract),
  };
}

/** Whether a graph has just the decoder inputs of some contract. */
export function isDecoder(graph: GraphPorts): boolean {
  return contractIds.some((id) => fits(contracts[id], graph));
}

/**
 * Which encoder outputs become which decoder input. They have the same name, or there is only one left of each; four
 * that are left for one are to be stacked along a new first axis (SAM-HQ's intermediate embeddings).
 * @returns for each decoder input the names of encoder outputs: one, or those to stack.
 * @throws MaskwireError BAD_USER_INPUT where an input has no source.
 */
export function bindEmbeddings(
  contract: Contract,
  outputs: readonly GraphPort[],
): Readonly<Record<string, readonly string[]>> {
  const names = outputs.map(({ name }) => name);
  const left = names.filter((name) => !contract.embeddings.includes(name));
  return Object.fromEntries(
    contract.embeddings.map((input) => {
      if (names.includes(input)) return [input, [input]];
      const open = contract.embeddings.filter((other) => !names.includes(other));
      const stacked = input === 'interm_embeddings' && left.length === 4;
      if (open.length !== 1 || !(left.length === 1 || stacked)) {
        throw refused(`expected "${input}" from the encoder, but it answers: ${outputs.map(portText).join(', ')}`);
      }
      return [input, left];
    }),
  );
}

/**
 * The decoder outputs that hold logits and scores. SAM's exporter, told to add more metrics, gives its names in the wrong
 * order: then `low_res_masks` has two dimensions, and the logits are the last output with four.
 * @throws MaskwireError BAD_USER_INPUT where they are not there.
 */
export function bindOutputs(
  { outputs: { logits, scores } }: Contract,
  outputs: readonly GraphPort[],
): { readonly logits: string; readonly scores: string } {
  const named = outputs.find(({ name }) => name === logits);
  const isImage = ({ dims, name }: GraphPort) => dims.length >= 4 && name !== 'masks';
  const bound = named === undefined || named.dims.length >= 4 ? named : outputs.findLast(isImage);
  if (bound === undefined || !outputs.some(({ name }) => name === scores)) {
    throw refused(`expected the outputs "${logits}" and "${scores}", but got: ${outputs.map(portText).join(', ')}`);
  }
  return { logits: bound.name, scores };
}

function inputNames({ embeddings, points, labels, box, mask, size }: Contract): string[] {
  return [
    ...embeddings,
    points.name,
    labels.name,
    ...(box !== null && box !== 'points' ? [box.name] : []),
    ...(mask ? [mask.name, mask.has] : []),
    ...(size ? [size.name] : []),
  ];
}

function fits(contract: Contract, { inputs, outputs }: GraphPorts): boolean {
  const expected = inputNames(contract);
  const { scores } = contract.outputs;
  return (
    inputs.length === expected.length &&
    inputs.every(({ name }) => expected.includes(name)) &&
    outputs.some(({ name }) => name === scores)
  );
}

function assertTypes(contract: Contract, { inputs }: GraphPorts): void {
  for (const port of inputs) {
    const { labels, size } = contract;
    const type = port.name === labels.name ? labels.type : port.name === size?.name ? size.type : 'float32';
    if (port.type !== type) {
      throw refused(`${contract.title}: expected ${type} for "${port.name}", but got ${portText(port)}`);
    }
  }
}

/** Positions along a side of the embedding; null where neither graph fixes it. */
function gridOf({ embeddings }: Contract, encoder: GraphPorts, decoder: GraphPorts): number | null {
  const ports = [...decoder.inputs, ...encoder.outputs].filter(({ name }) => name === embeddings[0]);
  const side = ports.map(({ dims }) => dims.at(-1)).find((dim) => typeof dim === 'number' && dim > 0);
  return typeof side === 'number' ? side : null;
}

/** Pixels per position of the embedding; null where the graphs leave one of them open. */
function patchOf(contract: Contract, encoder: GraphPorts, decoder: GraphPorts): number | null {
  const pixels = encoder.inputs[0]?.dims.at(-1);
  const grid = gridOf(contract, encoder, decoder);
  return typeof pixels === 'number' && grid !== null ? pixels / grid : null;
}

function encoderInputOf(contract: Contract, encoder: GraphPorts, frame: number): EncoderInput {
  const [port, ...others] = encoder.inputs;
  const seen = `but the encoder's tensors are: ${portsText(encoder)}`;
  if (port === undefined || others.length > 0) throw refused(`expected one image, ${seen}`);
  const { name, type, dims } = port;
  if (type !== 'float32' && type !== 'uint8') throw refused(`expected an image of float32 or uint8, ${seen}`);
  const layout = dims.length === 3 ? 'hwc' : 'chw';
  const channels = dims.length === 3 ? dims[2] : dims[1];
  const isImage = dims.length === 3 || dims.length === 4;
  if (!isImage || (typeof channels === 'number' && channels !== 3)) {
    throw refused(`expected an image [H,W,3] or [1,3,H,W], ${seen}`);
  }
  const pixels = layout === 'hwc' || type === 'uint8' ? '0..255' : contract.pixels;
  const [height, width] = layout === 'hwc' ? dims : dims.slice(2);
  if (typeof height === 'number' && typeof width === 'number' && height > 0 && width > 0) {
    return { name, layout, type, pixels, size: { width, height } };
  }
  return { name, layout, type, pixels, size: pixels === '0..255' ? null : { width: frame, height: frame } };
}

function refused(what: string): MaskwireError {
  return new MaskwireError('BAD_USER_INPUT', `${what}.`);
}
