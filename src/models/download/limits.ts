/** Bounds of one download. */
export interface DownloadLimits {
  /** Time until the server has answered with its headers, in ms; each redirect has as much again. */
  readonly connectTimeoutMs: number;
  /** Time without a single byte after which the connection is given up, in ms. */
  readonly idleTimeoutMs: number;
  /** A connection that brings less than `minBytesPerSecond` over this long is given up, in ms. */
  readonly slowWindowMs: number;
  readonly minBytesPerSecond: number;
  readonly maxRedirects: number;
  /** Connections for one file: each goes on where the one before was cut. */
  readonly maxAttempts: number;
  /** Pause before the next of them, in ms. */
  readonly retryDelayMs: number;
  /** The most that a file may have whose size nobody has published. */
  readonly maxUnknownBytes: number;
}

export const DEFAULT_DOWNLOAD_LIMITS: DownloadLimits = {
  connectTimeoutMs: 30_000,
  idleTimeoutMs: 60_000,
  slowWindowMs: 60_000,
  minBytesPerSecond: 1024,
  maxRedirects: 5,
  maxAttempts: 10,
  retryDelayMs: 1_000,
  maxUnknownBytes: 4 * 2 ** 30,
};
