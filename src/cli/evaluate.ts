import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { MaskwireError } from '#src/errors.js';
import { readDataSet } from '#src/evaluate/dataSet.js';
import { evaluateDataSet } from '#src/evaluate/evaluate.js';
import { EVALUATION_LIMITS } from '#src/evaluate/limits.js';
import { reportOf } from '#src/evaluate/report.js';
import { contactSheet } from '#src/evaluate/sheet.js';
import { StateFile } from '#src/evaluate/stateFile.js';
import { tableOf } from '#src/evaluate/table.js';
import { openModel } from '#src/inference/openModel.js';
import { packagedModelsFolder, readModels, type ModelFiles } from '#src/models/manifest.js';
import { progressOf } from './progress.js';

export const evaluateHelp = `Usage: maskwire evaluate --data <folder> [options]

Measures a model with clicks and boxes on photos whose masks are known: docs/evaluation.md says how.

Options:
  --data folder       Photos, each X.jpg or X.png with its masks in X.json, as in SA-1B.
  --model id          Default: the default model.
  --models folder     Folder of models beside those that come with maskwire.
  --json out.json     All figures, and those of every object.
  --sheet out.png     Pictures of the best, the median and the worst objects.
  --resume file       Where results are kept while it runs, so that the same command goes on after it was killed.
                      Default with --json: out.json.state, else nowhere. The file goes when all is done.
  --limit N           Only so many objects, spread evenly; always the same ones.
  --batch N           Objects of one image that are decoded together, 1 to ${EVALUATION_LIMITS.maxBatchSize}. Changes no figure. Default: 16.
  --threads N         CPU threads of one run of the model. Default: all cores.
  --help              Shows this text.

Exit status: 0 when all was measured, 1 where data or model cannot be used, 2 for a wrong option.`;

const options = {
  data: { type: 'string' },
  model: { type: 'string' },
  models: { type: 'string' },
  json: { type: 'string' },
  sheet: { type: 'string' },
  resume: { type: 'string' },
  limit: { type: 'string' },
  batch: { type: 'string', default: '16' },
  threads: { type: 'string', default: String(availableParallelism()) },
  help: { type: 'boolean', default: false },
} as const;

/** Runs an evaluation. Resolves with the exit status. */
export async function evaluate(args: readonly string[]): Promise<number> {
  let settings: ReturnType<typeof readSettings>;
  try {
    settings = readSettings(args);
  } catch (error) {
    return complain(error, 2);
  }
  if (settings === 'help') {
    console.log(evaluateHelp);
    return 0;
  }
  try {
    await run(settings);
    return 0;
  } catch (error) {
    return complain(error, 1);
  }
}

function complain(error: unknown, status: number): number {
  console.error(`maskwire: ${error instanceof Error ? error.message : String(error)}`);
  return status;
}

function readSettings(args: readonly string[]) {
  const { values } = parseArgs({ args: [...args], options });
  const { data, json, resume, limit, batch, threads } = values;
  if (values.help) return 'help' as const;
  if (data === undefined) throw new MaskwireError('BAD_USER_INPUT', 'expected --data <folder>; got none.');
  return {
    ...values,
    data,
    resume: resume ?? (json === undefined ? null : `${json}.state`),
    limit: limit === undefined ? Infinity : wholeNumber('--limit', limit, Number.MAX_SAFE_INTEGER),
    batch: wholeNumber('--batch', batch, EVALUATION_LIMITS.maxBatchSize),
    threads: wholeNumber('--threads', threads, 256),
  };
}

async function run({
  data: folder,
  model: id,
  models,
  json,
  sheet,
  resume,
  limit,
  batch,
  threads,
}: Exclude<ReturnType<typeof readSettings>, 'help'>): Promise<void> {
  const files = modelWith(id, await readModels([packagedModelsFolder, ...(models === undefined ? [] : [models])]));
  const data = await readDataSet(folder, limit);
  const identity = { protocol: 1, model: files.fingerprint, data: data.fingerprint } as const;
  const { state, results: known } =
    resume === null ? { state: null, results: [] } : await StateFile.open(resume, identity);
  const model = openModel(files, threads);
  // Now, so that the first image does not seem slow.
  await Promise.all([model.open('encoder'), model.open('decoder')]);
  const objects = await evaluateDataSet(model, data, {
    batchSize: batch,
    state,
    known,
    onProgress: progressOf(data.objectCount, 'objects', known.length),
  });
  const report = reportOf(files, data, objects);
  console.log(tableOf(report));
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 1)}\n`);
  if (sheet !== undefined) await writeFile(sheet, await contactSheet(model, data, objects));
  await state?.remove();
}

function modelWith(id: string | undefined, models: readonly ModelFiles[]): ModelFiles {
  const found = models.find((model) => id === undefined || model.id === id);
  if (found) return found;
  throw new MaskwireError(
    'BAD_USER_INPUT',
    `expected --model to be one of ${models.map((model) => model.id).join(', ')}; got ${JSON.stringify(id)}.`,
  );
}

function wholeNumber(name: string, text: string, maximum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= maximum) return value;
  throw new MaskwireError(
    'BAD_USER_INPUT',
    `expected ${name} to be a whole number from 1 to ${maximum}; got ${JSON.stringify(text)}.`,
  );
}
