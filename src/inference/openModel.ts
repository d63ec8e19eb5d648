import { contracts, NO_BOUNDS } from '#src/models/adapters/contract.js';
import type { ModelFiles } from '#src/models/manifest.js';
import { ExportedModel } from './adapters/exportedModel.js';
import { CompactModel } from './compactModel.js';
import type { ModelDescriptor } from './inference.js';
import type { SegmentationModel } from './model.js';
import { SamModel } from './samModel.js';

/** Opens a model by its family. @param threads CPU threads that one run of a graph may use. */
export function openModel(files: ModelFiles, threads: number): SegmentationModel {
  return openers[files.family](files, threads);
}

const openers: Record<ModelFiles['family'], (files: ModelFiles, threads: number) => SegmentationModel> = {
  compact: (files, threads) => new CompactModel(files, threads),
  sam: (files, threads) => new SamModel(files, threads),
  exported: (files, threads) => new ExportedModel(files, threads),
};

/** What the layers above are told of a model. */
export function describeModel(files: ModelFiles): ModelDescriptor {
  const { id, name, license, promptKinds, frame, exported } = files;
  const { backgroundClicks, maxPoints } = exported ? contracts[exported.contract] : NO_BOUNDS;
  return { id, name, license, promptKinds, backgroundClicks, maxPoints, inputLongestSide: frame };
}
