import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { GraphPort, GraphPorts } from '#src/models/adapters/ports.js';
import type { FloatTensor } from './model.js';

/** A tensor that goes into a graph, row-major; its type is that of the array. */
export interface InputTensor {
  readonly data: Float32Array | Uint8Array | BigInt64Array;
  readonly dims: readonly number[];
}

type Tensors = Record<string, FloatTensor>;

/** An ONNX graph on the CPU that answers float32. The only caller of the runtime. */
class Graph {
  private constructor(private readonly session: InferenceSession) {}

  /**
   * Reads and optimises a graph; blocks the thread for 20 to 1000 ms.
   * @param threads CPU threads that one run may use.
   */
  static async open(path: string, threads: number): Promise<Graph> {
    const session = await InferenceSession.create(path, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // The memory pattern keeps a second copy of the intermediate tensors and was measured to save no time.
      enableMemPattern: false,
      logSeverityLevel: 3,
    });
    return new Graph(session);
  }

  /**
   * Runs the graph. Blocks the thread until it ends, although it answers a promise; the thread must not be ended before.
   * @param inputs by name; those that the graph does not know are an error.
   * @param outputs the ones that are wanted; absent: all.
   * @returns the outputs by name. Their buffers are not shared and may be transferred.
   */
  async run(inputs: Readonly<Record<string, InputTensor>>, outputs?: readonly string[]): Promise<Tensors> {
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, tensorOf(input)]));
    const results = await this.session.run(feeds, outputs ?? this.session.outputNames);
    return Object.fromEntries(
      Object.entries(results).map(([name, { data, dims }]) => {
        if (!(data instanceof Float32Array)) throw new Error(`expected float32 for the output "${name}".`);
        return [name, { data, dims }];
      }),
    );
  }

  get ports(): GraphPorts {
    const { inputMetadata, outputMetadata } = this.session;
    return { inputs: inputMetadata.map(portOf), outputs: outputMetadata.map(portOf) };
  }

  /** Gives its memory back. Nothing may run any more. */
  async release(): Promise<void> {
    await this.session.release();
  }
}

function tensorOf({ data, dims }: InputTensor): Tensor {
  if (data instanceof Float32Array) return new Tensor('float32', data, dims);
  if (data instanceof Uint8Array) return new Tensor('uint8', data, dims);
  return new Tensor('int64', data, dims);
}

function portOf(metadata: InferenceSession.ValueMetadata): GraphPort {
  if (!metadata.isTensor) return { name: metadata.name, type: 'no tensor', dims: [] };
  return { name: metadata.name, type: metadata.type, dims: metadata.shape };
}

/** What goes into a graph and what comes out. @throws Error where the file is no graph that the runtime can run. */
export async function readPorts(path: string): Promise<GraphPorts> {
  const graph = await Graph.open(path, 1);
  try {
    return graph.ports;
  } finally {
    await graph.release();
  }
}

/** A graph that is opened when it is first needed, once. */
export class LazyGraph {
  private graph: Promise<Graph> | undefined;

  constructor(
    private readonly path: string,
    private readonly threads: number,
  ) {}

  /** Opens it ahead of its first run. */
  async open(): Promise<void> {
    await this.opened();
  }

  async ports(): Promise<GraphPorts> {
    return (await this.opened()).ports;
  }

  /** See `Graph.run`. */
  async run(inputs: Readonly<Record<string, InputTensor>>, outputs?: readonly string[]): Promise<Tensors> {
    return (await this.opened()).run(inputs, outputs);
  }

  /** Gives its memory back; the next run opens it again. */
  async release(): Promise<void> {
    const { graph } = this;
    this.graph = undefined;
    await (await graph)?.release();
  }

  private opened(): Promise<Graph> {
    return (this.graph ??= Graph.open(this.path, this.threads));
  }
}
