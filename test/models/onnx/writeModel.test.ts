import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Graph } from '#src/models/onnx/graph.js';
import { GraphBuilder } from '#src/models/onnx/graphBuilder.js';
import { floats } from '#src/models/onnx/tensor.js';
import { varint } from '#src/models/onnx/protobuf.js';
import { writeModel } from '#src/models/onnx/writeModel.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maskwire-onnx-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** gelu(x · weight), for rows of 20. */
function geluOfProduct(): { graph: Graph; weight: number[] } {
  const weight = Array.from({ length: 20 * 30 }, (_, index) => Math.sin(index));
  const g = new GraphBuilder('product');
  const x = g.input('x', 'float32', ['rows', 20]);
  g.output(g.gelu(g.matmul(x, g.constant('weight', floats(weight, [20, 30])))), 'y', 'float32', ['rows', 30]);
  return { graph: g.finish(), weight };
}

async function runProduct(path: string): Promise<Float32Array> {
  const session = await InferenceSession.create(path);
  const x = new Tensor(
    'float32',
    Float32Array.from({ length: 40 }, (_, index) => index / 40),
    [2, 20],
  );
  const { y } = await session.run({ x });
  expect(y?.dims).toEqual([2, 30]);
  await session.release();
  return y?.data as Float32Array;
}

describe('writeModel', () => {
  it('writes a graph that onnxruntime runs', async () => {
    const { graph, weight } = geluOfProduct();
    const path = join(folder, 'inline.onnx');
    const [file, ...others] = await writeModel(graph, path);
    expect(others).toEqual([]);
    const bytes = await readFile(path);
    expect(file).toEqual({
      name: 'inline.onnx',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const y = await runProduct(path);
    let product = 0;
    for (let index = 0; index < 20; index++) product += ((20 + index) / 40) * (weight[index * 30 + 7] ?? NaN);
    // The normal distribution function by Simpson's rule, so that the expectation shares nothing with the graph.
    const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
    let area = 0;
    const step = product / 1000;
    for (let k = 0; k < 1000; k++) {
      area += (step / 6) * (density(k * step) + 4 * density((k + 0.5) * step) + density((k + 1) * step));
    }
    expect(y[30 + 7]).toBeCloseTo(product * (0.5 + area), 5);
  });

  it('moves constants to a second file above the limit, and answers the same', async () => {
    const { graph } = geluOfProduct();
    await writeModel(graph, join(folder, 'whole.onnx'));
    const files = await writeModel(graph, join(folder, 'parted.onnx'), { externalDataAbove: 2000 });
    expect(files.map((file) => [file.name, file.bytes > 2000])).toEqual([
      ['parted.onnx', false],
      ['parted.onnx.data', true],
    ]);
    expect(await runProduct(join(folder, 'parted.onnx'))).toEqual(await runProduct(join(folder, 'whole.onnx')));
  });

  it('reports every constant as it is written', async () => {
    const seen: [number, number][] = [];
    await writeModel(geluOfProduct().graph, join(folder, 'reported.onnx'), {
      onBytes: (done, total) => seen.push([done, total]),
    });
    expect(seen.at(-1)).toEqual([2400 + 12, 2400 + 12]);
    expect(seen).toHaveLength(4);
  });

  it('loads one constant after the other, never two at once', async () => {
    let open = 0;
    const g = new GraphBuilder('sum');
    let sum = g.input('x', 'float32', [4]);
    for (let index = 0; index < 5; index++) {
      const load = async (): Promise<Float32Array> => {
        expect(++open).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        return new Float32Array(4);
      };
      sum = g.add(sum, g.constant(`c${index}`, { type: 'float32', dims: [4], load }));
    }
    g.output(sum, 'y', 'float32', [4]);
    await writeModel(g.finish(), join(folder, 'streamed.onnx'));
  });

  it('leaves nothing behind where a constant is not of the size announced', async () => {
    const g = new GraphBuilder('wrong');
    const wrong = g.constant('c', { type: 'float32', dims: [3], load: () => Promise.resolve(new Float32Array(2)) });
    g.output(g.add(g.input('x', 'float32', [3]), wrong), 'y', 'float32', [3]);
    await expect(writeModel(g.finish(), join(folder, 'wrong.onnx'))).rejects.toThrow(
      'A constant of 12 bytes was announced and 8 came.',
    );
    expect((await readdir(folder)).filter((name) => name.startsWith('wrong'))).toEqual([]);
  });

  it('declares the operators of onnxruntime only where they are used', async () => {
    const g = new GraphBuilder('fused');
    const x = g.input('x', 'float32', [1, 4]);
    g.output(g.node('Gelu', [x], {}, 'com.microsoft'), 'y', 'float32', [1, 4]);
    await writeModel(g.finish(), join(folder, 'fused.onnx'));
    const session = await InferenceSession.create(join(folder, 'fused.onnx'));
    const { y } = await session.run({ x: new Tensor('float32', new Float32Array(4), [1, 4]) });
    expect([...(y?.data as Float32Array)]).toEqual([0, 0, 0, 0]);
    expect((await readFile(join(folder, 'inline.onnx'))).includes('com.microsoft')).toBe(false);
  });
});

describe('varint', () => {
  it('writes seven bits a byte, the lowest first, and negative numbers as 64 bits', () => {
    expect([...varint(300)]).toEqual([0xac, 0x02]);
    expect([...varint(0)]).toEqual([0]);
    expect([...varint(-1)]).toEqual([...Array.from({ length: 9 }, () => 0xff), 0x01]);
  });
});
