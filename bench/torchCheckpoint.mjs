// Checkpoints as torch.save writes them (a zip with stored entries: a pickled dictionary, and the values of each tensor),
// of made-up weights with the names and sizes of a published model.
import { Buffer } from 'node:buffer';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { madeUpWeights } from './samWeights.mjs';

/** Values of which larger tensors are made, over and over: making each up would take minutes for ViT-H. */
const REPEATED = 2 ** 20;

/** @param {number} value */
const int = (value) => {
  const bytes = Buffer.alloc(5, 'J');
  bytes.writeInt32LE(value, 1);
  return bytes.toString('latin1');
};

/** @param {string} value */
const text = (value) => {
  const bytes = Buffer.alloc(5, 'X');
  bytes.writeUInt32LE(value.length, 1);
  return bytes.toString('latin1') + value;
};

/**
 * A tensor of float32, row-major, whose values are the record of this number.
 * @param {number} record
 * @param {readonly number[]} shape
 */
function pickledTensor(record, shape) {
  const count = (/** @type {readonly number[]} */ sizes) => sizes.reduce((product, size) => product * size, 1);
  const ints = (/** @type {readonly number[]} */ values) => `(${values.map(int).join('')}t`;
  const strides = shape.map((_, axis) => count(shape.slice(axis + 1)));
  const storage = `(${text('storage')}ctorch\nFloatStorage\n${text(`${record}`)}${text('cpu')}${int(count(shape))}tQ`;
  const rest = `${int(0)}${ints(shape)}${ints(strides)}\x89ccollections\nOrderedDict\n)R`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${storage}${rest}tR`;
}

/**
 * Writes a checkpoint, one tensor at a time.
 * @param {string} path
 * @param {string} model see `madeUpWeights`
 * @param {{ even?: boolean }} options likewise
 */
export async function writeCheckpoint(path, model, options = {}) {
  const weights = madeUpWeights(model, options);
  const file = await open(path, 'w');
  /** @type {Buffer[]} */
  const directory = [];
  let offset = 0;
  /** @param {string} name @param {Uint8Array[]} parts */
  const entry = async (name, parts) => {
    const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
    const checksum = parts.reduce((sum, part) => crc32(part, sum), 0);
    // What the local header and the directory have in common: version, flags, method, time, date, sums and lengths.
    const common = Buffer.alloc(26);
    common.writeUInt32LE(checksum, 10);
    common.writeUInt32LE(size, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    await file.writeFile(Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name)]));
    for (const part of parts) await file.writeFile(part);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\0\0'), common, place, Buffer.from(name)]));
    offset += 30 + name.length + size;
  };
  try {
    const pickled = weights.names.map((name, record) => text(name) + pickledTensor(record, weights.shape(name)));
    const dictionary = `\x80\x02ccollections\nOrderedDict\n)R(${pickled.join('')}u.`;
    await entry('archive/data.pkl', [Buffer.from(dictionary, 'latin1')]);
    for (const [record, name] of weights.names.entries()) {
      await entry(`archive/data/${record}`, await valuesOf(weights, name));
    }
    await entry('archive/version', [Buffer.from('3\n')]);
    const listed = Buffer.concat(directory);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06');
    end.writeUInt16LE(directory.length, 8);
    end.writeUInt16LE(directory.length, 10);
    end.writeUInt32LE(listed.length, 12);
    end.writeUInt32LE(offset, 16);
    await file.writeFile(Buffer.concat([listed, end]));
  } finally {
    await file.close();
  }
}

/**
 * @param {ReturnType<typeof madeUpWeights>} weights
 * @param {string} name
 */
async function valuesOf(weights, name) {
  const count = weights.shape(name).reduce((product, size) => product * size, 1);
  const values = count > REPEATED ? await weights.read(name, REPEATED) : await weights.read(name);
  const bytes = new Uint8Array(values.buffer);
  /** @type {Uint8Array[]} */
  const parts = [];
  for (let left = 4 * count; left > 0; left -= bytes.byteLength) parts.push(bytes.subarray(0, left));
  return parts;
}
