import type { Graph } from '../src/models/onnx/graph.js';
import type { SamArchitecture } from '../src/models/sam/architecture.js';
import type { Weights } from '../src/models/sam/weights.js';

export function officialDecoderGraph(weights: Weights, sam: SamArchitecture): Graph;
