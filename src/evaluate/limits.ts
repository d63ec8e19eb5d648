const MiB = 2 ** 20;

/** Bounds of what an evaluation reads. Each name is what an error's `details.limit` says when the bound is crossed. */
export const EVALUATION_LIMITS = {
  /** Bytes of one file of annotations. SA-1B's largest have a few. */
  maxAnnotationFileBytes: 64 * MiB,
  /** Objects of one image. */
  maxObjectsPerImage: 10_000,
  /** Objects that are decoded together. */
  maxBatchSize: 64,
  /** Bytes of the file with the results of a run that is to go on. */
  maxStateFileBytes: 1024 * MiB,
} as const;
