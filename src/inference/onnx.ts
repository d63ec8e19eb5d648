import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FloatTensor } from './model.js';

/** An ONNX graph of float32 tensors on the CPU. The only caller of the runtime. */
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
   * @returns all outputs by name. Their buffers are not shared and may be transferred.
   */
  async run(inputs: Readonly<Record<string, FloatTensor>>): Promise<Record<string, FloatTensor>> {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, dims }]) => [name, new Tensor('float32', data, dims)]),
    );
    const results = await this.session.run(feeds);
    return Object.fromEntries(
      Object.entries(results).map(([name, { data, dims }]) => {
        if (!(data instanceof Float32Array)) throw new Error(`expected float32 for the output "${name}".`);
        return [name, { data, dims }];
      }),
    );
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
    await (this.graph ??= Graph.open(this.path, this.threads));
  }

  /** See `Graph.run`. */
  async run(inputs: Readonly<Record<string, FloatTensor>>): Promise<Record<string, FloatTensor>> {
    const graph = await (this.graph ??= Graph.open(this.path, this.threads));
    return graph.run(inputs);
  }
}
