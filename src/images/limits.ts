/** Bounds of the image store. Each name is what an error's `details.limit` says when the bound is crossed. */
export interface ImageLimits {
  /** Bytes of one upload. */
  readonly maxImageBytes: number;
  /** Width times height of one image, before anything is decoded. */
  readonly maxImagePixels: number;
  /** Pixels of the longer side. */
  readonly maxImageSide: number;
  /** Images that are decoded at the same time, each on one thread. */
  readonly ingestConcurrency: number;
  /**
   * Uploads in hand beyond `ingestConcurrency`, received or waiting; more answer OVERLOADED. As many thumbnails may wait to
   * be made.
   */
  readonly ingestQueue: number;
  /** Seconds that one decode, with its re-encoding, may take. */
  readonly decodeTimeoutSeconds: number;
}

/**
 * 50 MiB holds the largest photos of today's cameras as JPEG; 100 megapixels hold their sensors and decode within
 * about 300 MB; 30000 pixels allow panoramas and scans. Two decodes at a time leave two of libuv's four threads to files.
 */
export const DEFAULT_IMAGE_LIMITS: ImageLimits = {
  maxImageBytes: 50 * 1024 * 1024,
  maxImagePixels: 100_000_000,
  maxImageSide: 30_000,
  ingestConcurrency: 2,
  ingestQueue: 32,
  decodeTimeoutSeconds: 30,
};
