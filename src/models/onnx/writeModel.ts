import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Attribute, Dim, Graph, Node, Port } from './graph.js';
import { bytesField, floatField, integerField, lengthPrefix, packedIntegers } from './protobuf.js';
import { byteCount, elementTypes, type TensorData } from './tensor.js';

/** One file of a model, as written. */
export interface WrittenFile {
  /** Without folder. */
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * Bytes of constants above which they go into a second file, `<path>.data`. A protocol buffer cannot pass 2 GiB, and
 * onnxruntime needs less memory to load constants from a file of their own.
 */
export const EXTERNAL_DATA_ABOVE = 2 ** 30;

const IR_VERSION = 8;
const OPSET = 17;
const MICROSOFT = 'com.microsoft';
/** Smaller constants, the shapes among them, stay in the graph: onnxruntime wants to see their values there. */
const EXTERNAL_TENSOR_BYTES = 1024;
/** What the ONNX specification advises for external data that is mapped into memory. */
const EXTERNAL_ALIGNMENT = 4096;

/**
 * Writes a graph as an ONNX file (IR 8, opset 17, `com.microsoft` 1 where used). Constants are loaded one at a time, so
 * the memory needed is that of the largest one. The files appear under their names only when they are complete.
 * Source: onnx.proto and ExternalData.md of the ONNX project.
 * @param onBytes called as constants are written, with how many bytes of them are done and how many there are.
 * @returns the files, the graph first.
 */
export async function writeModel(
  graph: Graph,
  path: string,
  options: { externalDataAbove?: number; onBytes?: (done: number, total: number) => void } = {},
): Promise<WrittenFile[]> {
  const tensors = [...graph.initializers];
  const total = tensors.reduce((sum, [, tensor]) => sum + byteCount(tensor), 0);
  const dataPath = total > (options.externalDataAbove ?? EXTERNAL_DATA_ABOVE) ? `${path}.data` : null;
  const external = dataPath === null ? null : { name: basename(dataPath), places: placesInFile(tensors) };

  let done = 0;
  const write = async (file: HashingFile, tensor: TensorData): Promise<void> => {
    const elements = await tensor.load();
    const expected = byteCount(tensor);
    if (elements.byteLength !== expected) {
      throw new Error(`A constant of ${expected} bytes was announced and ${elements.byteLength} came.`);
    }
    await file.write(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength));
    options.onBytes?.((done += expected), total);
  };

  const files: WrittenFile[] = [];
  if (external !== null && dataPath !== null) {
    const data = await writeFile(dataPath, async (file) => {
      for (const [name, tensor] of tensors) {
        const place = external.places.get(name);
        if (place === undefined) continue;
        await file.write(Buffer.alloc(place - file.bytes));
        await write(file, tensor);
      }
    });
    files.push(data);
  }
  const model = await writeFile(path, async (file) => {
    const parts = tensors.map(([name, tensor]) => ({ tensor, ...tensorMessage(name, tensor, external) }));
    const body = graphFields(graph);
    const length = parts.reduce((sum, part) => sum + part.header.length + part.inline, body.length);
    await file.write(Buffer.concat([modelFields(graph), lengthPrefix(7, length), body]));
    for (const part of parts) {
      await file.write(part.header);
      if (part.inline > 0) await write(file, part.tensor);
    }
  });
  return [model, ...files];
}

function placesInFile(tensors: readonly [string, TensorData][]): Map<string, number> {
  const places = new Map<string, number>();
  let end = 0;
  for (const [name, tensor] of tensors) {
    if (byteCount(tensor) < EXTERNAL_TENSOR_BYTES) continue;
    places.set(name, end);
    end = Math.ceil((end + byteCount(tensor)) / EXTERNAL_ALIGNMENT) * EXTERNAL_ALIGNMENT;
  }
  return places;
}

function modelFields(graph: Graph): Buffer {
  const opset = (domain: string, version: number): Buffer =>
    bytesField(8, [bytesField(1, domain), integerField(2, version)]);
  const microsoft = graph.nodes.some((node) => node.domain === MICROSOFT);
  return Buffer.concat([
    integerField(1, IR_VERSION),
    bytesField(2, 'maskwire'),
    opset('', OPSET),
    ...(microsoft ? [opset(MICROSOFT, 1)] : []),
  ]);
}

/** All of a GraphProto but its initializers. */
function graphFields(graph: Graph): Buffer {
  return Buffer.concat([
    ...graph.nodes.map((node) => bytesField(1, nodeFields(node))),
    bytesField(2, graph.name),
    ...graph.inputs.map((port) => bytesField(11, portFields(port))),
    ...graph.outputs.map((port) => bytesField(12, portFields(port))),
  ]);
}

function nodeFields(node: Node): Buffer[] {
  return [
    ...node.inputs.map((name) => bytesField(1, name)),
    ...node.outputs.map((name) => bytesField(2, name)),
    bytesField(3, node.name),
    bytesField(4, node.op),
    ...Object.entries(node.attributes).map(([name, value]) => bytesField(5, attributeFields(name, value))),
    bytesField(7, node.domain),
  ];
}

function attributeFields(name: string, value: Attribute): Buffer[] {
  const type = (number: number): Buffer => integerField(20, number);
  if (typeof value === 'number') return [bytesField(1, name), integerField(3, value), type(2)];
  if (typeof value === 'string') return [bytesField(1, name), bytesField(4, value), type(3)];
  if ('float' in value) return [bytesField(1, name), floatField(2, value.float), type(1)];
  return [bytesField(1, name), ...value.map((item) => integerField(8, item)), type(7)];
}

function portFields(port: Port): Buffer[] {
  const dim = (size: Dim): Buffer =>
    bytesField(1, [typeof size === 'number' ? integerField(1, size) : bytesField(2, size)]);
  const tensorType = [integerField(1, elementTypes[port.type]), bytesField(2, port.dims.map(dim))];
  return [bytesField(1, port.name), bytesField(2, [bytesField(1, tensorType)])];
}

/** A TensorProto in its field of the graph, without the `inline` bytes of values that follow it. */
function tensorMessage(
  name: string,
  tensor: TensorData,
  external: { name: string; places: ReadonlyMap<string, number> } | null,
): { header: Buffer; inline: number } {
  const fields = [packedIntegers(1, tensor.dims), integerField(2, elementTypes[tensor.type]), bytesField(8, name)];
  const bytes = byteCount(tensor);
  const place = external?.places.get(name);
  if (external !== null && place !== undefined) {
    const entry = (key: string, value: string): Buffer => bytesField(13, [bytesField(1, key), bytesField(2, value)]);
    fields.push(entry('location', external.name), entry('offset', `${place}`), entry('length', `${bytes}`));
    fields.push(integerField(14, 1));
    return { header: bytesField(5, fields), inline: 0 };
  }
  const prefix = Buffer.concat([...fields, lengthPrefix(9, bytes)]);
  return { header: Buffer.concat([lengthPrefix(5, prefix.length + bytes), prefix]), inline: bytes };
}

class HashingFile {
  bytes = 0;
  private readonly hash = createHash('sha256');

  constructor(private readonly file: FileHandle) {}

  async write(chunk: Uint8Array): Promise<void> {
    this.hash.update(chunk);
    this.bytes += chunk.byteLength;
    await this.file.writeFile(chunk);
  }

  digest(): string {
    return this.hash.digest('hex');
  }
}

async function writeFile(path: string, fill: (file: HashingFile) => Promise<void>): Promise<WrittenFile> {
  const partial = `${path}.partial`;
  const handle = await open(partial, 'w');
  try {
    const file = new HashingFile(handle);
    await fill(file);
    await handle.sync();
    await handle.close();
    await rename(partial, path);
    return { name: basename(path), bytes: file.bytes, sha256: file.digest() };
  } catch (error) {
    await handle.close();
    await rm(partial, { force: true });
    throw error;
  }
}
