import { appendFile, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { MaskwireError } from '#src/errors.js';
import { EVALUATION_LIMITS } from './limits.js';
import { objectResult, type ObjectResult } from './result.js';

/** What results must have in common to be counted together. */
const identity = z.strictObject({
  /** Changes with what is measured. */
  protocol: z.literal(1),
  /** `ModelFiles.fingerprint` */
  model: z.string(),
  /** `DataSet.fingerprint` */
  data: z.string(),
});

export type StateIdentity = z.infer<typeof identity>;

/**
 * The results of a run so far, one JSON line each after a first line that says what they belong to. A line is appended
 * as soon as its object is measured, so a run that was killed goes on where it was; what it had half written is dropped.
 */
export class StateFile {
  private constructor(private readonly path: string) {}

  /**
   * @returns the results that the file has; none where there is no file.
   * @throws MaskwireError BAD_USER_INPUT where the file is of another model or data, or no such file at all; TOO_LARGE.
   */
  static async open(
    path: string,
    expected: StateIdentity,
  ): Promise<{ state: StateFile; results: readonly ObjectResult[] }> {
    const state = new StateFile(path);
    const text = await readWholeLines(path);
    if (text === '') {
      await writeFile(path, `${JSON.stringify(expected)}\n`);
      return { state, results: [] };
    }
    const [first = '', ...lines] = text.trimEnd().split('\n');
    const found = parseLine(path, identity, first);
    if (found.model !== expected.model || found.data !== expected.data) {
      throw new MaskwireError(
        'BAD_USER_INPUT',
        `expected results of the model ${expected.model} on the data ${expected.data} in ${path}, but got those of ` +
          `${found.model} on ${found.data}: remove the file to begin anew.`,
      );
    }
    return { state, results: lines.map((line) => parseLine(path, objectResult, line)) };
  }

  async append(results: readonly ObjectResult[]): Promise<void> {
    await appendFile(this.path, results.map((result) => `${JSON.stringify(result)}\n`).join(''));
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}

/** The text up to the last end of a line; the file is cut there. Empty where there is no file. */
async function readWholeLines(path: string): Promise<string> {
  const size = await stat(path).then(
    (stats) => stats.size,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
      throw error;
    },
  );
  const { maxStateFileBytes } = EVALUATION_LIMITS;
  if (size > maxStateFileBytes) {
    throw new MaskwireError(
      'TOO_LARGE',
      `expected at most ${maxStateFileBytes} bytes in ${path}, but got ${size} (maxStateFileBytes).`,
      { limit: 'maxStateFileBytes', maximum: maxStateFileBytes },
    );
  }
  if (size === 0) return '';
  const bytes = await readFile(path);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) await truncate(path, end);
  return bytes.toString('utf8', 0, end);
}

function parseLine<T>(path: string, schema: z.ZodType<T>, line: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new MaskwireError(
    'BAD_USER_INPUT',
    `expected the results of an earlier run in ${path}, but got ${JSON.stringify(line.slice(0, 80))}: name another file.`,
  );
}
