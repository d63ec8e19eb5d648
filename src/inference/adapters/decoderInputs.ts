import { MaskwireError } from '#src/errors.js';
import { promptKindsOf, type Contract } from '#src/models/adapters/contract.js';
import { framePrompts } from '../framePrompts.js';
import type { DecodeItem, FrameSizes } from '../model.js';
import type { InputTensor } from '../onnx.js';
import { refusalOf } from '../promptBounds.js';

/** SAM's label of a point that is none. */
const NOT_A_POINT = -1;

/**
 * All inputs of a decoder but the embeddings: an item's prompts as one exporter's graph wants them.
 * @param modelId for messages.
 * @throws MaskwireError UNSUPPORTED_PROMPT for prompts that the graph has no way for, or drops in silence.
 */
export function decoderInputs(
  modelId: string,
  contract: Contract,
  item: DecodeItem,
  sizes: FrameSizes,
): Record<string, InputTensor> {
  // Sessions refuse these before they are stored; what gets here came by another way, such as a redo.
  const refusal = refusalOf({ ...contract, promptKinds: promptKindsOf(contract) }, item.prompts);
  if (refusal !== null) throw new MaskwireError('UNSUPPORTED_PROMPT', `Model ${modelId} ${refusal}.`);
  const prompts = framePrompts(item, sizes);
  const { points, labels, box } = boxApart(contract, prompts);
  if (contract.closingPoint && !prompts.hasBox) {
    points.push(0, 0);
    labels.push(NOT_A_POINT);
  }
  const unit = contract.size?.unit === 'size' ? sizes.maskGrid / sizes.frame : 1;
  const more = contract.points.rank === 4 ? [1, 1] : [1];
  return {
    [contract.points.name]: floats(
      points.map((coordinate) => coordinate * unit),
      [...more, labels.length, 2],
    ),
    [contract.labels.name]: numbers(contract.labels.type, labels, [...more, labels.length]),
    ...(contract.box !== null &&
      contract.box !== 'points' && { [contract.box.name]: floats(box, [1, box.length / 4, 4]) }),
    ...maskInputs(contract, prompts.mask, sizes.maskGrid),
    ...sizeInput(contract, sizes.maskGrid),
  };
}

/** The corners of a box are the last two points; where the graph takes boxes by themselves, they leave the points. */
function boxApart({ box }: Contract, prompts: ReturnType<typeof framePrompts>) {
  const points = [...prompts.points];
  const labels = [...prompts.labels];
  if (box === 'points' || !prompts.hasBox) return { points, labels, box: [] };
  labels.splice(-2);
  return { points, labels, box: points.splice(-4) };
}

function maskInputs({ mask }: Contract, logits: Float32Array | null, grid: number): Record<string, InputTensor> {
  if (mask === null) return {};
  return {
    [mask.name]: { data: logits ?? new Float32Array(grid * grid), dims: [1, 1, grid, grid] },
    [mask.has]: floats([logits === null ? 0 : 1], [1]),
  };
}

/**
 * The graph enlarges to the size that it is told; we want its low-resolution logits, from which runs are computed
 * without a full-size mask. So it is told their size, and has next to nothing to enlarge.
 */
function sizeInput({ size }: Contract, grid: number): Record<string, InputTensor> {
  return size === null ? {} : { [size.name]: numbers(size.type, [grid, grid], [2]) };
}

function numbers(type: 'float32' | 'int64', values: readonly number[], dims: readonly number[]): InputTensor {
  return type === 'float32' ? floats(values, dims) : { data: BigInt64Array.from(values, BigInt), dims };
}

function floats(values: readonly number[], dims: readonly number[]): InputTensor {
  return { data: Float32Array.from(values), dims };
}
