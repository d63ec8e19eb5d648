import { refuse } from './zip.js';

/** A tensor that the pickle describes: a view into one storage. Sizes, strides and offset are in elements. */
export interface TensorView {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** One raw storage of the archive. */
export interface Storage {
  readonly key: string;
  readonly dtype: Dtype;
  readonly elements: number;
}

export type Dtype = 'float32' | 'float16' | 'bfloat16' | 'int64';

/** Bytes of the pickle. ViT-H's has 150 KB. */
export const MAX_PICKLE_BYTES = 16 * 1024 * 1024;
/** Dimensions of one tensor. */
export const MAX_RANK = 8;

const storageTypes: Readonly<Record<string, Dtype>> = {
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
};
const ORDERED_DICT = 'collections.OrderedDict';
const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';

/** What a GLOBAL names. It is only ever compared, never looked up or called. */
class Global {
  constructor(readonly name: string) {}
}
const MARK = Symbol('mark');

export function isTensorView(value: unknown): value is TensorView {
  return typeof value === 'object' && value !== null && 'storage' in value && 'strides' in value;
}

/**
 * Reads the pickle of a torch checkpoint: dictionaries become maps, tuples and lists arrays, tensors `TensorView`s. It
 * interprets the subset of protocol 2 that torch.save writes for a dictionary of tensors and runs nothing: a global that
 * is not a storage type, the tensor constructor or OrderedDict is refused with its name.
 * Source: the opcode table of CPython's pickletools.
 * @throws MaskwireError BAD_USER_INPUT naming the global or opcode that is not allowed, or where the pickle is damaged.
 */
export function readPickle(bytes: Buffer): unknown {
  if (bytes.length > MAX_PICKLE_BYTES) {
    refuse(`its pickle has ${bytes.length} bytes; at most ${MAX_PICKLE_BYTES} are read`);
  }
  return new Interpreter(bytes).run();
}

/** What each allowed opcode does, under its name in pickletools. */
const steps: Readonly<Partial<Record<number, (machine: Interpreter) => void>>> = {
  0x80: (m) => m.protocol(), // PROTO
  0x28: (m) => m.push(MARK), // MARK
  0x4e: (m) => m.push(null), // NONE
  0x88: (m) => m.push(true), // NEWTRUE
  0x89: (m) => m.push(false), // NEWFALSE
  0x4b: (m) => m.push(m.byte()), // BININT1
  0x4d: (m) => m.push(m.take(2).readUInt16LE()), // BININT2
  0x4a: (m) => m.push(m.take(4).readInt32LE()), // BININT
  0x8a: (m) => m.push(m.long(m.byte())), // LONG1
  0x47: (m) => m.push(m.take(8).readDoubleBE()), // BINFLOAT
  0x58: (m) => m.push(m.take(m.index()).toString('utf8')), // BINUNICODE
  0x63: (m) => m.push(m.global()), // GLOBAL
  0x7d: (m) => m.push(new Map()), // EMPTY_DICT
  0x5d: (m) => m.push([]), // EMPTY_LIST
  0x29: (m) => m.push([]), // EMPTY_TUPLE
  0x74: (m) => m.push(m.popToMark()), // TUPLE
  0x85: (m) => m.push(m.popMany(1)), // TUPLE1
  0x86: (m) => m.push(m.popMany(2)), // TUPLE2
  0x87: (m) => m.push(m.popMany(3)), // TUPLE3
  0x71: (m) => m.store(m.byte()), // BINPUT
  0x72: (m) => m.store(m.index()), // LONG_BINPUT
  0x68: (m) => m.recall(m.byte()), // BINGET
  0x6a: (m) => m.recall(m.index()), // LONG_BINGET
  0x51: (m) => m.push(toStorage(m.pop())), // BINPERSID
  0x52: (m) => m.reduce(), // REDUCE
  0x73: (m) => m.setItems(m.popMany(2)), // SETITEM
  0x75: (m) => m.setItems(m.popToMark()), // SETITEMS
  0x61: (m) => m.extend(m.popMany(1)), // APPEND
  0x65: (m) => m.extend(m.popToMark()), // APPENDS
  0x62: (m) => m.build(), // BUILD
};

class Interpreter {
  private at = 0;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(private readonly bytes: Buffer) {}

  run(): unknown {
    for (;;) {
      const opcode = this.byte();
      if (opcode === 0x2e) return this.pop();
      const step = steps[opcode];
      if (step === undefined) {
        refuse(`its pickle uses opcode 0x${opcode.toString(16)} at byte ${this.at - 1}, which is not allowed`);
      }
      step(this);
    }
  }

  protocol(): void {
    if (this.byte() !== 2) refuse('its pickle is not of protocol 2');
  }

  /** The attributes of a state dictionary are bookkeeping that nothing here needs. */
  build(): void {
    this.pop();
    if (!(this.top() instanceof Map)) refuse('its pickle sets attributes of something other than a dictionary');
  }

  reduce(): void {
    const [callee, args] = this.popMany(2);
    if (!(callee instanceof Global) || !Array.isArray(args)) refuse('its pickle calls something that is not a global');
    if (callee.name === REBUILD_TENSOR) this.push(toTensorView(args));
    else if (callee.name === ORDERED_DICT && args.length === 0) this.push(new Map());
    else refuse(`its pickle calls ${callee.name} with ${args.length} arguments, which is not allowed`);
  }

  global(): Global {
    const name = `${this.line()}.${this.line()}`;
    if (name !== ORDERED_DICT && name !== REBUILD_TENSOR && !(name in storageTypes)) {
      refuse(`its pickle names ${name}, which is not allowed; a checkpoint of tensors alone is needed`);
    }
    return new Global(name);
  }

  setItems(items: readonly unknown[]): void {
    const target = this.top();
    if (!(target instanceof Map) || items.length % 2 !== 0)
      refuse('its pickle fills something that is not a dictionary');
    for (let index = 0; index < items.length; index += 2) target.set(items[index], items[index + 1]);
  }

  extend(items: readonly unknown[]): void {
    const target = this.top();
    if (!Array.isArray(target)) refuse('its pickle appends to something that is not a list');
    for (const item of items) target.push(item);
  }

  store(index: number): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.memo.has(index)) refuse(`its pickle recalls ${index}, which it never stored`);
    this.push(this.memo.get(index));
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  private top(): unknown {
    const value = this.stack.at(-1);
    if (value === undefined || value === MARK) refuse('its pickle takes from an empty stack');
    return value;
  }

  pop(): unknown {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  popMany(count: number): unknown[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  popToMark(): unknown[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) refuse('its pickle closes a group that it never opened');
    return this.stack.splice(mark).slice(1);
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  take(count: number): Buffer {
    if (this.at + count > this.bytes.length) refuse('its pickle is cut off');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) refuse('its pickle is cut off');
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end + 1;
    return text;
  }

  index(): number {
    return this.take(4).readUInt32LE();
  }

  /** A two's complement integer of up to 8 bytes. */
  long(count: number): number {
    if (count > 8) refuse(`its pickle holds an integer of ${count} bytes`);
    const bytes = this.take(count);
    let value = 0n;
    for (let index = count - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes.readUInt8(index));
    return Number(BigInt.asIntN(8 * count, value));
  }
}

function toStorage(id: unknown): Storage {
  if (Array.isArray(id) && id.length === 5) {
    const [kind, type, key, , elements] = id as unknown[];
    const dtype = type instanceof Global ? storageTypes[type.name] : undefined;
    if (kind === 'storage' && dtype !== undefined && typeof key === 'string' && isCount(elements)) {
      return { key, dtype, elements };
    }
  }
  return refuse('its pickle refers to something other than a storage of floats or 64-bit integers');
}

function toTensorView(args: readonly unknown[]): TensorView {
  const [storage, offset, shape, strides] = args;
  if (!isStorage(storage) || !isCount(offset) || !isCounts(shape) || !isCounts(strides)) {
    refuse('its pickle describes a tensor without a storage, offset, size and stride');
  }
  if (shape.length !== strides.length || shape.length > MAX_RANK) {
    refuse(`its pickle describes a tensor of size (${shape.join(', ')}) and stride (${strides.join(', ')})`);
  }
  return { storage, offset, shape, strides };
}

function isStorage(value: unknown): value is Storage {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'elements' in value;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}
