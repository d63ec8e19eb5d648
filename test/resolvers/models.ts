import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readPorts } from '#src/inference/onnx.js';
import { recognise } from '#src/models/adapters/recognise.js';
import { writeExport } from '../models/adapters/exports.js';
import { temporaryFolder } from './support.js';

/** Small graphs of one exporter, as `models add` would take them in. */
export interface AddedModel {
  readonly id: string;
  readonly encoder: Parameters<typeof writeExport>[1];
  readonly decoder: Parameters<typeof writeExport>[2];
}

/** A folder of added models, with a manifest: what `--models` takes. */
export async function modelsFolder(...models: readonly AddedModel[]): Promise<string> {
  const folder = await temporaryFolder();
  const entries = await Promise.all(
    models.map(async ({ id, encoder, decoder }) => {
      const paths = await writeExport(join(folder, id), encoder, decoder);
      const found = recognise(await readPorts(paths.encoderPath), await readPorts(paths.decoderPath));
      const files = { encoder: await fileOf(id, paths.encoderPath), decoder: await fileOf(id, paths.decoderPath) };
      return { id, name: id, license: 'MIT', family: 'exported', ...found, files };
    }),
  );
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ version: 1, models: entries }));
  return folder;
}

async function fileOf(id: string, path: string) {
  const bytes = await readFile(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path: join(id, basename(path)), bytes: bytes.length, sha256 };
}
