import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MaskwireError } from '#src/errors.js';
import { Checkpoint, MAX_TENSOR_ELEMENTS } from '#src/models/checkpoint/checkpoint.js';
import { MAX_PICKLE_BYTES, MAX_RANK } from '#src/models/checkpoint/pickle.js';
import { MAX_DIRECTORY_BYTES, MAX_RECORDS } from '#src/models/checkpoint/zip.js';
import { dictionary, little, pickle, plain, tensor, zip, type TensorSpec, type ZipEntry } from './torchFile.js';

let folder = '';
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maskwire-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function openBytes(bytes: Uint8Array): Promise<Checkpoint> {
  const path = join(folder, `${files++}.pth`);
  await writeFile(path, bytes);
  return Checkpoint.open(path);
}

async function refusal(bytes: Uint8Array): Promise<string> {
  const error: unknown = await openBytes(bytes).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MaskwireError);
  expect((error as MaskwireError).code).toBe('BAD_USER_INPUT');
  return (error as MaskwireError).message;
}

/** One tensor "t" over the given storage. */
async function openTensor(spec: Omit<TensorSpec, 'key'>, data: Uint8Array): Promise<Checkpoint> {
  const body = dictionary({ t: tensor({ key: 's', ...spec }) });
  return openBytes(
    zip([
      { name: 'm/data.pkl', data: pickle(body) },
      { name: 'm/data/s', data },
    ]),
  );
}

const holding = (body: string, others: ZipEntry[] = []): Buffer =>
  zip([{ name: 'm/data.pkl', data: pickle(body) }, ...others]);

describe('Checkpoint', () => {
  it('reads names, shapes and values', async () => {
    const checkpoint = await openBytes(zip(plain()));
    expect(checkpoint.names).toEqual(['weight']);
    expect(checkpoint.has('weight')).toBe(true);
    expect(checkpoint.has('bias')).toBe(false);
    expect(checkpoint.shape('weight')).toEqual([2, 3]);
    expect([...(await checkpoint.read('weight'))]).toEqual([0, 1, 2, 3, 4, 5]);
    await expect(checkpoint.read('bias')).rejects.toThrow('it has no tensor "bias"');
    await checkpoint.close();
  });

  it('reads zip64 fields and a zip64 directory', async () => {
    const checkpoint = await openBytes(zip(plain({ zip64: true }), { zip64End: true }));
    expect([...(await checkpoint.read('weight'))]).toEqual([0, 1, 2, 3, 4, 5]);
    await checkpoint.close();
  });

  it.each(['model', 'state_dict'])('takes the tensors out of {"%s": …}', async (wrapper) => {
    const inner = dictionary({
      w: tensor({ key: '0', storage: 'FloatStorage', elements: 1, shape: [1], strides: [1] }),
    });
    const checkpoint = await openBytes(
      holding(dictionary({ epoch: 'K\x07', [wrapper]: inner }), [
        { name: 'm/data/0', data: little(Float32Array.of(7)) },
      ]),
    );
    expect(checkpoint.names).toEqual(['w']);
    await checkpoint.close();
  });

  it('follows strides and offsets', async () => {
    const data = little(Float32Array.from({ length: 13 }, (_, index) => index));
    const checkpoint = await openTensor(
      { storage: 'FloatStorage', elements: 13, offset: 1, shape: [3, 2, 2], strides: [1, 6, 3] },
      data,
    );
    expect([...(await checkpoint.read('t'))]).toEqual([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
    await checkpoint.close();
  });

  it('repeats elements where a stride is 0, and reads scalars and empty tensors', async () => {
    const data = little(Float32Array.of(3, 4));
    const repeated = await openTensor({ storage: 'FloatStorage', elements: 2, shape: [2, 2], strides: [1, 0] }, data);
    expect([...(await repeated.read('t'))]).toEqual([3, 3, 4, 4]);
    const scalar = await openTensor({ storage: 'FloatStorage', elements: 2, offset: 1, shape: [], strides: [] }, data);
    expect([...(await scalar.read('t'))]).toEqual([4]);
    const empty = await openTensor({ storage: 'FloatStorage', elements: 2, shape: [0, 2], strides: [2, 1] }, data);
    expect([...(await empty.read('t'))]).toEqual([]);
    await Promise.all([repeated.close(), scalar.close(), empty.close()]);
  });

  it('widens half precision and bfloat16 exactly', async () => {
    const half = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7bff, 0x7c00, 0x8000, 0x3555);
    const halves = await openTensor({ storage: 'HalfStorage', elements: 7, shape: [7], strides: [1] }, little(half));
    expect([...(await halves.read('t'))]).toEqual([1, -2, 2 ** -24, 65504, Infinity, -0, 0.333251953125]);
    const brain = Uint16Array.of(0x3f80, 0xc0a0, 0x0000);
    const brains = await openTensor(
      { storage: 'BFloat16Storage', elements: 3, shape: [3], strides: [1] },
      little(brain),
    );
    expect([...(await brains.read('t'))]).toEqual([1, -5, 0]);
    await Promise.all([halves.close(), brains.close()]);
  });

  it('reads 64-bit integers as such and never as floats', async () => {
    const data = little(BigInt64Array.of(-1n, 2n ** 60n));
    const checkpoint = await openTensor({ storage: 'LongStorage', elements: 2, shape: [2], strides: [1] }, data);
    expect([...(await checkpoint.readInt64('t'))]).toEqual([-1n, 2n ** 60n]);
    await expect(checkpoint.read('t')).rejects.toThrow('"t" holds integers where floats are needed');
    await checkpoint.close();
  });

  it('names a global that is not allowed, and runs nothing', async () => {
    expect(await refusal(holding(`cposix\nsystem\n(X\x04\x00\x00\x00truetR`))).toContain(
      'its pickle names posix.system, which is not allowed',
    );
    expect(await refusal(holding(`cbuiltins\neval\n)R`))).toContain('builtins.eval');
    expect(await refusal(holding(`ctorch\nDoubleStorage\n`))).toContain('torch.DoubleStorage');
  });

  it.each([
    ['an opcode outside the subset', 'I1\n', 'opcode 0x49'],
    ['a call of what is no global', '}(tR', 'calls something that is not a global'],
    ['a call with other arguments', 'ccollections\nOrderedDict\n(K\x01tR', 'collections.OrderedDict with 1 arguments'],
    ['an empty stack', 's', 'empty stack'],
    ['a group never opened', 't', 'never opened'],
    ['a memo never stored', 'h\x05', 'recalls 5'],
    ['a wide integer', `\x8a\x09${'\x01'.repeat(9)}`, 'integer of 9 bytes'],
    ['attributes of a tuple', ')}b', 'attributes'],
    ['items into a tuple', ')K\x01K\x02s', 'not a dictionary'],
    ['a foreign persistent id', 'X\x01\x00\x00\x00aQ', 'other than a storage'],
    ['text beyond the end', 'X\xff\xff\xff\x7fa', 'cut off'],
    ['a list', ']', 'does not hold a dictionary'],
    ['no tensors', '}', 'holds no tensors'],
    ['a dictionary that holds itself', '}q\x00X\x05\x00\x00\x00modelh\x00s', 'holds no tensors'],
  ])('refuses a pickle with %s', async (_, body, expected) => {
    expect(await refusal(holding(body))).toContain(expected);
  });

  it('refuses pickles of another protocol', async () => {
    expect(await refusal(zip([{ name: 'm/data.pkl', data: Buffer.from('\x80\x04}.', 'latin1') }]))).toContain(
      'not of protocol 2',
    );
  });

  it('refuses a tensor that leaves its storage, and a storage that is not as long as declared', async () => {
    const data = little(new Float32Array(6));
    const base = { storage: 'FloatStorage', elements: 6, shape: [2, 3], strides: [3, 1] };
    await expect(openTensor({ ...base, offset: 1 }, data)).rejects.toThrow('"t" reaches beyond its storage of 6');
    await expect(openTensor({ ...base, strides: [4, 1] }, data)).rejects.toThrow('"t" reaches beyond its storage');
    await expect(openTensor({ ...base, elements: 7 }, data)).rejects.toThrow('has 24 bytes; 7 float32 are declared');
    await expect(openTensor({ ...base, strides: [3] }, data)).rejects.toThrow('size (2, 3) and stride (3)');
    await expect(openTensor({ ...base, strides: [3, -1] }, data)).rejects.toThrow('without a storage, offset, size');
  });

  it('bounds the elements and dimensions of a tensor', async () => {
    const data = little(new Float32Array(1));
    const base = { storage: 'FloatStorage', elements: 1 };
    const huge = { ...base, shape: [MAX_TENSOR_ELEMENTS + 1], strides: [0] };
    await expect(openTensor(huge, data)).rejects.toThrow(`at most ${MAX_TENSOR_ELEMENTS}`);
    const ones = Array.from({ length: MAX_RANK + 1 }, () => 1);
    await expect(openTensor({ ...base, shape: ones, strides: ones }, data)).rejects.toThrow(
      'describes a tensor of size',
    );
    const most = await openTensor({ ...base, shape: ones.slice(1), strides: ones.slice(1) }, data);
    await most.close();
  });

  it('bounds the pickle', async () => {
    const long = Buffer.alloc(MAX_PICKLE_BYTES + 1, '}');
    expect(await refusal(zip([{ name: 'm/data.pkl', data: long }]))).toContain(`at most ${MAX_PICKLE_BYTES}`);
  });

  it('refuses a missing storage, a big-endian file and a file without one pickle', async () => {
    expect(await refusal(zip(plain().slice(0, 1)))).toContain('the storage of "weight" is missing');
    expect(await refusal(zip([...plain(), { name: 'sam/byteorder', data: Buffer.from('big') }]))).toContain(
      'not little-endian',
    );
    expect(await refusal(zip([{ name: 'a.txt', data: Buffer.from('hello') }]))).toContain('0 are there');
  });
});

describe('the zip directory of a checkpoint', () => {
  it('refuses compressed, encrypted, overlapping, doubled and outlying records', async () => {
    expect(await refusal(zip(plain({ method: 8 })))).toContain('record "sam/data/0" is compressed (zip method 8)');
    expect(await refusal(zip(plain({ flags: 1 })))).toContain('record "sam/data/0" is encrypted');
    expect(await refusal(zip(plain({ offset: 0 })))).toContain('records "sam/data.pkl" and "sam/data/0" overlap');
    expect(await refusal(zip([...plain(), ...plain()]))).toContain('names "sam/data.pkl" twice');
    expect(await refusal(zip(plain({ size: 25 })))).toContain('reaches beyond the data');
    expect(await refusal(zip(plain({ offset: 2 ** 40, zip64: true })))).toContain('begins outside the data');
    expect(await refusal(zip(plain({ offset: 3 })))).toContain('has no header where the directory says');
    expect(await refusal(zip(plain({ offset: 2 ** 60, zip64: true })))).toContain('declares a size of');
  });

  it('refuses legacy files, other files and files that are cut off', async () => {
    expect(await refusal(Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(40)]))).toContain('torch before 1.6');
    expect(await refusal(Buffer.alloc(100))).toContain('not a zip archive');
    expect(await refusal(Buffer.alloc(5))).toContain('this file has 5 bytes');
    const whole = zip(plain());
    expect(await refusal(whole.subarray(0, whole.length - 30))).toContain('not a zip archive');
    const end = whole.subarray(whole.length - 22);
    expect(await refusal(Buffer.concat([whole.subarray(0, 100), end]))).toContain('the file is incomplete');
  });

  it('bounds the number of records and the bytes of the directory', async () => {
    expect(await refusal(zip(plain(), { count: MAX_RECORDS + 1, zip64End: true }))).toContain(`at most ${MAX_RECORDS}`);
    const wide = zip(plain());
    wide.writeUInt32LE(MAX_DIRECTORY_BYTES + 1, wide.length - 10);
    expect(await refusal(wide)).toContain(`at most ${MAX_DIRECTORY_BYTES}`);
    expect(await refusal(zip(plain(), { count: 3 }))).toContain('damaged at entry 2');
  });
});

const golden = process.env['MASKWIRE_GOLDEN'];
describe.skipIf(golden === undefined)('the golden checkpoints (set MASKWIRE_GOLDEN to their folder)', () => {
  it.each([
    ['sam-tiny.pth', 'image_encoder.blocks.1.attn.rel_pos_h', [15, 16]],
    ['mobile-sam-tiny.pth', 'image_encoder.layers.2.blocks.1.attn.attention_biases', [3, 196]],
  ])('reads every tensor of %s', async (file, name, shape) => {
    const checkpoint = await Checkpoint.open(join(golden ?? '', file));
    expect(checkpoint.shape(name)).toEqual(shape);
    for (const each of checkpoint.names) {
      if (each.endsWith('num_batches_tracked')) {
        expect(await checkpoint.readInt64(each)).toHaveLength(1);
        continue;
      }
      const values = await checkpoint.read(each);
      expect(values).toHaveLength(checkpoint.shape(each).reduce((a, b) => a * b, 1));
      expect(values.every(Number.isFinite)).toBe(true);
    }
    await checkpoint.close();
  });
});
