import { open, type FileHandle } from 'node:fs/promises';
import { bfloat16ToFloat32, float16ToFloat32 } from './floats.js';
import { isTensorView, readPickle, type Dtype, type TensorView } from './pickle.js';
import { fill, readExactly, readZipDirectory, refuse, type ZipRecord } from './zip.js';

/** Elements of one tensor: 1 GiB of float32. The largest of ViT-H has 6.6 million. */
export const MAX_TENSOR_ELEMENTS = 2 ** 28;

const bytesPerElement: Readonly<Record<Dtype, number>> = { float32: 4, float16: 2, bfloat16: 2, int64: 8 };

/**
 * A PyTorch checkpoint, open for reading. Tensors are read one at a time and only when asked for, so a file of any size
 * needs the memory of its largest tensor.
 */
export class Checkpoint {
  private constructor(
    private readonly file: FileHandle,
    private readonly tensors: ReadonlyMap<string, TensorView>,
    private readonly records: ReadonlyMap<string, ZipRecord>,
  ) {}

  /**
   * Opens a file written by `torch.save(state_dict)` with torch 1.6 or later. A state dictionary inside `{"model": …}`
   * or `{"state_dict": …}` is taken out of it. Nothing in the file is executed.
   * @throws MaskwireError BAD_USER_INPUT where the file is not of this kind, is damaged, or names anything beyond
   *   tensors and dictionaries.
   */
  static async open(path: string): Promise<Checkpoint> {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const records = await readZipDirectory(file, size);
      const pickle = findPickle(records);
      const prefix = pickle.name.slice(0, -'data.pkl'.length);
      await assertLittleEndian(file, records.get(`${prefix}byteorder`));
      const root = readPickle(await readExactly(file, pickle.offset, pickle.size));
      const tensors = stateDictionary(root);
      const storages = new Map<string, ZipRecord>();
      for (const [name, view] of tensors) {
        const record = records.get(`${prefix}data/${view.storage.key}`);
        if (record === undefined) refuse(`the storage of "${name}" is missing`);
        assertWithin(name, view, record);
        storages.set(view.storage.key, record);
      }
      return new Checkpoint(file, tensors, storages);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get names(): readonly string[] {
    return [...this.tensors.keys()];
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  /**
   * The sizes of a tensor, outermost first; empty for a scalar.
   * @throws MaskwireError BAD_USER_INPUT where there is no such tensor.
   */
  shape(name: string): readonly number[] {
    return this.view(name).shape;
  }

  /**
   * The values of a tensor of floats as float32, row-major and contiguous whatever its strides.
   * @throws MaskwireError BAD_USER_INPUT where there is no such tensor, it holds integers, or the file ends early.
   */
  async read(name: string): Promise<Float32Array> {
    const view = this.view(name);
    if (view.storage.dtype === 'int64') refuse(`"${name}" holds integers where floats are needed`);
    const elements = await this.readElements(view);
    return view.storage.dtype === 'float32'
      ? gather(elements, view, (buffer, count) => new Float32Array(buffer, 0, count), Float32Array)
      : gather(elements, view, view.storage.dtype === 'float16' ? float16ToFloat32 : bfloat16ToFloat32, Float32Array);
  }

  /**
   * The values of a tensor of 64-bit integers, row-major and contiguous.
   * @throws MaskwireError BAD_USER_INPUT where there is no such tensor, it holds floats, or the file ends early.
   */
  async readInt64(name: string): Promise<BigInt64Array> {
    const view = this.view(name);
    if (view.storage.dtype !== 'int64') refuse(`"${name}" holds floats where integers are needed`);
    const elements = await this.readElements(view);
    return gather(elements, view, (buffer, count) => new BigInt64Array(buffer, 0, count), BigInt64Array);
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private view(name: string): TensorView {
    return this.tensors.get(name) ?? refuse(`it has no tensor "${name}"`);
  }

  private async readElements(view: TensorView): Promise<ArrayBuffer> {
    const record = this.records.get(view.storage.key) ?? refuse(`storage "${view.storage.key}" is missing`);
    const width = bytesPerElement[view.storage.dtype];
    const bytes = new Uint8Array(span(view) * width);
    await fill(this.file, record.offset + view.offset * width, bytes);
    return bytes.buffer;
  }
}

function findPickle(records: ReadonlyMap<string, ZipRecord>): ZipRecord {
  const found = [...records.values()].filter((record) => /^[^/]+\/data\.pkl$/.test(record.name));
  const [pickle] = found;
  if (pickle === undefined || found.length > 1) {
    refuse(`one record "<name>/data.pkl" is needed, ${found.length} are there; it was not written by torch.save`);
  }
  return pickle;
}

async function assertLittleEndian(file: FileHandle, record: ZipRecord | undefined): Promise<void> {
  if (record === undefined) return;
  const order = await readExactly(file, record.offset, Math.min(record.size, 16));
  if (order.toString('latin1') !== 'little') refuse('its numbers are not little-endian');
}

function stateDictionary(root: unknown): Map<string, TensorView> {
  if (!(root instanceof Map)) refuse('it does not hold a dictionary');
  const wrapped = ['model', 'state_dict'].map((name): unknown => root.get(name)).find((inner) => inner instanceof Map);
  const tensors = new Map<string, TensorView>();
  for (const [name, value] of (wrapped ?? root) as Map<unknown, unknown>) {
    if (typeof name === 'string' && isTensorView(value)) tensors.set(name, value);
  }
  if (tensors.size === 0) refuse('its dictionary holds no tensors');
  return tensors;
}

function assertWithin(name: string, view: TensorView, record: ZipRecord): void {
  const { storage } = view;
  if (storage.elements * bytesPerElement[storage.dtype] !== record.size) {
    refuse(`storage "${storage.key}" has ${record.size} bytes; ${storage.elements} ${storage.dtype} are declared`);
  }
  const count = elementCount(view.shape);
  if (count > MAX_TENSOR_ELEMENTS) refuse(`"${name}" has ${count} elements; at most ${MAX_TENSOR_ELEMENTS} are read`);
  if (count > 0 && view.offset + span(view) > storage.elements) {
    refuse(`"${name}" reaches beyond its storage of ${storage.elements} elements`);
  }
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** How many elements of the storage lie between the first and the last of the view, both included. */
function span(view: TensorView): number {
  if (view.shape.includes(0)) return 0;
  return view.shape.reduce((last, size, axis) => last + (size - 1) * (view.strides[axis] ?? 0), 1);
}

function isContiguous(view: TensorView): boolean {
  let expected = 1;
  for (let axis = view.shape.length - 1; axis >= 0; axis--) {
    const size = view.shape[axis] ?? 1;
    if (size !== 1 && view.strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

function gather<A extends Float32Array | BigInt64Array>(
  buffer: ArrayBuffer,
  view: TensorView,
  decode: (buffer: ArrayBuffer, count: number) => A,
  make: new (count: number) => A,
): A {
  const source = decode(buffer, span(view));
  if (isContiguous(view)) return source;
  const target = new make(elementCount(view.shape));
  const position = view.shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < target.length; to++) {
    const value = source[from];
    if (value !== undefined) target[to] = value;
    for (let axis = position.length - 1; axis >= 0; axis--) {
      const stride = view.strides[axis] ?? 0;
      const next = (position[axis] ?? 0) + 1;
      if (next < (view.shape[axis] ?? 1)) {
        position[axis] = next;
        from += stride;
        break;
      }
      position[axis] = 0;
      from -= stride * (next - 1);
    }
  }
  return target;
}
