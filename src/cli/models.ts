import { parseArgs } from 'node:util';
import { MaskwireError } from '#src/errors.js';
import { findModel, readCatalogue } from '#src/models/store/catalogue.js';
import { ModelStore } from '#src/models/store/store.js';
import { ConfigError, readConfig } from '#src/server/config.js';
import { addedModelsFolder } from '#src/server/settings.js';
import { addModel } from './modelsAdd.js';
import { convertModel } from './modelsConvert.js';
import { listModels, removeModel, verifyModels } from './modelsList.js';
import { pullModel } from './modelsPull.js';

export const modelsHelp = `Usage: maskwire models <verb> [options]

Verbs:
  list                          Shows the models that can be used, and those that can be had.
  pull <id>                     Downloads a known model, checks every byte, and converts it where it has to be.
  add <folder>                  Adds ONNX graphs that someone exported: an encoder and a decoder in a folder,
  add <encoder> <decoder>       or both by their paths.
  convert <checkpoint>          Converts an official SAM or MobileSAM checkpoint (.pth, .pt).
  verify [id]                   Checks the bytes of all models, or of one.
  remove <id>                   Deletes a model that was added.

Options:
  --models <folder>    Where models are added. Default: the folder models in the data folder. [MASKWIRE_MODELS]
  --data <folder>      The data folder. Default: ./data. [MASKWIRE_DATA]
  --accept-license     Accepts a licence that restricts use; its terms are shown.
  --id <id>            add, convert: the model's id. Default for add: the folder's name.
  --name <name>        add, convert: what people see. Default: the id.
  --license <name>     add, convert: the licence of the weights, as an SPDX identifier or by its name.
                       A file that the catalogue knows brings id, name and licence along.
  --int8 <part>        convert: weights of encoder, decoder or both in 8 bits: smaller and faster, not exact.
  --help               Shows this text.

Exit status: 0 where all went well, 1 where not, 2 for wrong options.`;

const options = {
  models: { type: 'string' },
  data: { type: 'string' },
  'accept-license': { type: 'boolean', default: false },
  id: { type: 'string' },
  name: { type: 'string' },
  license: { type: 'string' },
  int8: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values'];

interface Verb {
  /** How many paths or ids it takes. */
  readonly takes: readonly [least: number, most: number];
  run(store: ModelStore, given: readonly string[], values: Values): Promise<number>;
}

const verbs = new Map<string, Verb>([
  ['list', { takes: [0, 0], run: (store) => listModels(store) }],
  ['verify', { takes: [0, 1], run: (store, [id]) => verifyModels(store, id ?? null) }],
  ['remove', { takes: [1, 1], run: (store, [id = '']) => removeModel(store, id) }],
  [
    'pull',
    {
      takes: [1, 1],
      run: async (store, [id = ''], values) =>
        pullModel(store, findModel(await readCatalogue(), id), values['accept-license']),
    },
  ],
  ['add', { takes: [1, 2], run: (store, paths, values) => addModel(store, paths, values) }],
  ['convert', { takes: [1, 1], run: (store, [path = ''], values) => convertModel(store, path, values) }],
]);

/** `maskwire models`. Resolves with the exit status. */
export async function models(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [name = '', ...given] = positionals;
    const verb = verbs.get(name);
    if (values.help || verb === undefined || given.length < verb.takes[0] || given.length > verb.takes[1]) {
      console.log(modelsHelp);
      return values.help ? 0 : 2;
    }
    return await verb.run(new ModelStore(folderOf(values)), given, values);
  } catch (error) {
    if (error instanceof MaskwireError) return complain(error.message, 1);
    if (error instanceof ConfigError || isWrongOption(error)) return complain(error.message, 2);
    throw error;
  }
}

function folderOf({ models: folder, data }: Values): string {
  const given = [
    ...(folder === undefined ? [] : ['--models', folder]),
    ...(data === undefined ? [] : ['--data', data]),
  ];
  return addedModelsFolder(readConfig(given, process.env));
}

function complain(message: string, status: number): number {
  console.error(`maskwire: ${message}`);
  return status;
}

function isWrongOption(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
