/** An input or output of a graph, as the runtime tells of it. */
export interface GraphPort {
  readonly name: string;
  /** Of the elements, in the runtime's words: `float32`, `uint8`, `int64` … */
  readonly type: string;
  /** A number, or the name of a size that may differ from call to call. */
  readonly dims: readonly (number | string)[];
}

export interface GraphPorts {
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
}

/** As messages write it: `point_coords float32[1,num_points,2]`. */
export function portText({ name, type, dims }: GraphPort): string {
  return `${name} ${type}[${dims.join(',')}]`;
}

/** Every port of a graph, in one line. */
export function portsText({ inputs, outputs }: GraphPorts): string {
  return `${inputs.map(portText).join(', ')} → ${outputs.map(portText).join(', ')}`;
}
