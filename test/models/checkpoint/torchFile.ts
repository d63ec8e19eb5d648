/** Builds tiny torch checkpoints by hand, whole ones and hostile ones. */

export interface RecordOptions {
  method?: number;
  flags?: number;
  /** What the directory claims instead of the truth. */
  offset?: number;
  size?: number;
  /** Writes the directory's sizes and offset in the zip64 field. */
  zip64?: boolean;
}

export interface ZipEntry extends RecordOptions {
  name: string;
  data: Uint8Array;
}

export function zip(entries: readonly ZipEntry[], options: { zip64End?: boolean; count?: number } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt16LE(name.length, 26);
    parts.push(local, name, Buffer.from(entry.data));

    const size = entry.size ?? entry.data.length;
    const extra = Buffer.alloc(entry.zip64 === true ? 28 : 0);
    if (entry.zip64 === true) {
      extra.writeUInt16LE(1);
      extra.writeUInt16LE(24, 2);
      extra.writeBigUInt64LE(BigInt(size), 4);
      extra.writeBigUInt64LE(BigInt(size), 12);
      extra.writeBigUInt64LE(BigInt(entry.offset ?? offset), 20);
    }
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50);
    central.writeUInt16LE(entry.flags ?? 0, 8);
    central.writeUInt16LE(entry.method ?? 0, 10);
    central.writeUInt32LE(entry.zip64 === true ? 0xffffffff : size, 20);
    central.writeUInt32LE(entry.zip64 === true ? 0xffffffff : size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt16LE(extra.length, 30);
    central.writeUInt32LE(entry.zip64 === true ? 0xffffffff : (entry.offset ?? offset), 42);
    directory.push(central, name, extra);
    offset += 30 + name.length + entry.data.length;
  }
  const central = Buffer.concat(directory);
  const count = options.count ?? entries.length;
  const tail: Buffer[] = [];
  if (options.zip64End === true) {
    const zip64 = Buffer.alloc(56);
    zip64.writeUInt32LE(0x06064b50);
    zip64.writeBigUInt64LE(BigInt(count), 32);
    zip64.writeBigUInt64LE(BigInt(central.length), 40);
    zip64.writeBigUInt64LE(BigInt(offset), 48);
    const locator = Buffer.alloc(20);
    locator.writeUInt32LE(0x07064b50);
    locator.writeBigUInt64LE(BigInt(offset + central.length), 8);
    tail.push(zip64, locator);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(options.zip64End === true ? 0xffff : count, 10);
  end.writeUInt32LE(options.zip64End === true ? 0xffffffff : central.length, 12);
  end.writeUInt32LE(options.zip64End === true ? 0xffffffff : offset, 16);
  return Buffer.concat([...parts, central, ...tail, end]);
}

const int = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return `J${bytes.toString('latin1')}`;
};
const text = (value: string): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Buffer.byteLength(value));
  return `X${bytes.toString('latin1')}${value}`;
};
const ints = (values: readonly number[]): string => `(${values.map(int).join('')}t`;

export interface TensorSpec {
  key: string;
  storage: string;
  elements: number;
  offset?: number;
  shape: readonly number[];
  strides: readonly number[];
}

export const tensor = (spec: TensorSpec): string =>
  `ctorch._utils\n_rebuild_tensor_v2\n(` +
  `(${text('storage')}ctorch\n${spec.storage}\n${text(spec.key)}${text('cpu')}${int(spec.elements)}tQ` +
  `${int(spec.offset ?? 0)}${ints(spec.shape)}${ints(spec.strides)}\x89ccollections\nOrderedDict\n)RtR`;

/** A dictionary whose values are given as opcodes. */
export const dictionary = (values: Readonly<Record<string, string>>): string =>
  `ccollections\nOrderedDict\n)R(${Object.entries(values)
    .map(([name, value]) => text(name) + value)
    .join('')}u`;

export const pickle = (body: string): Buffer => Buffer.from(`\x80\x02${body}.`, 'latin1');

export const little = (values: Float32Array | Uint16Array | BigInt64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** A checkpoint of one float32 tensor "weight" [2, 3] with values 0 to 5. */
export const plain = (options: RecordOptions = {}): ZipEntry[] => [
  {
    name: 'sam/data.pkl',
    data: pickle(
      dictionary({
        weight: tensor({ key: '0', storage: 'FloatStorage', elements: 6, shape: [2, 3], strides: [3, 1] }),
      }),
    ),
  },
  { name: 'sam/data/0', data: little(Float32Array.from([0, 1, 2, 3, 4, 5])), ...options },
];
