import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pullModel } from '#src/cli/modelsPull.js';
import type { CatalogueModel } from '#src/models/store/catalogue.js';
import { ModelStore } from '#src/models/store/store.js';
import { sendRange, serveFile, sha256Of } from '../models/download/fileServer.js';
import { writeExport } from '../models/adapters/exports.js';
import { goldenFolder, readGolden } from '../models/sam/golden.js';
import { at, click, isCandidates, openSession, Person, serve, temporaryFolder } from '../resolvers/support.js';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

async function models(...args: string[]): Promise<{ status: unknown; out: string; err: string }> {
  const child = spawn(process.execPath, [main, 'models', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const [status] = (await once(child, 'close')) as [unknown];
  return { status, out, err };
}

/** A folder with graphs in the manner of the transformers export, constants in files beside them. */
async function exported(): Promise<string> {
  const folder = join(await temporaryFolder(), 'My_Model');
  await writeExport(folder, 'hf-sam2', 'hf-sam2', 1000);
  return folder;
}

describe('maskwire models', () => {
  it('adds an export that it recognises, checks it and removes it', async () => {
    const from = await exported();
    const data = await temporaryFolder();
    const added = await models('add', from, '--license', 'MIT', '--data', data);
    expect(added).toMatchObject({ status: 0, err: '' });
    expect(added.out).toMatch(
      /my-model: the transformers export of SAM 2.*takes POINT, BOX\.\n.*serve --model my-model/,
    );
    expect((await readdir(join(data, 'models', 'my-model'))).sort()).toEqual((await readdir(from)).sort());
    const listed = await models('list', '--data', data);
    expect(listed.out).toMatch(/compact .*comes with maskwire\n {2}my-model .*MIT +POINT BOX/);

    expect(await models('verify', '--data', data)).toMatchObject({ status: 0 });
    await appendFile(join(data, 'models', 'my-model', 'decoder.onnx.data'), 'x');
    const damaged = await models('verify', 'my-model', '--data', data);
    expect(damaged).toMatchObject({
      status: 1,
      out: expect.stringMatching(/decoder\.onnx\.data: expected \d+ bytes/) as string,
    });

    const again = await models('add', from, '--license', 'MIT', '--data', data);
    expect(again).toMatchObject({ status: 1, err: expect.stringMatching(/"my-model" already.*--id/) as string });
    expect(await models('remove', 'my-model', '--data', data)).toMatchObject({ status: 0 });
    await expect(stat(join(data, 'models', 'my-model'))).rejects.toThrow(/ENOENT/);
    expect(await models('remove', 'my-model', '--data', data)).toMatchObject({ status: 1, err: /no model "my-model"/ });
    expect((await models('remove', 'compact', '--data', data)).err).toMatch(/comes with maskwire/);
  });

  it('says what it saw where it knows no such export, and what is missing where it is not told', async () => {
    const from = await exported();
    const data = await temporaryFolder();
    expect((await models('add', from, '--data', data)).err).toMatch(/does not know .*encoder\.onnx: say the licence/);
    const noId = await models('add', from, '--license', 'MIT', '--id', 'No Id', '--data', data);
    expect(noId.err).toMatch(/--id: expected 1 to 64 of a-z.*got "No Id"/);
    const two = join(from, 'encoder.onnx');
    expect((await models('add', two, two, '--license', 'MIT', '--data', data)).err).toMatch(
      /found 2 and 0.*\n {2}encoder\.onnx: pixel_values float32\[batch,3,64,64\] → image_embeddings\.2/,
    );
    expect((await models('add', join(from, 'none'), '--data', data)).err).toMatch(/nothing at .*none/);
    expect((await models('add', fileURLToPath(import.meta.url), '--data', data)).err).toMatch(/expected an ONNX graph/);
    await expect(stat(join(data, 'models', 'manifest.json'))).rejects.toThrow(/ENOENT/);
  });

  it('refuses graphs that do not run as they promise', async () => {
    const from = await exported();
    // A decoder for another grid: the names fit, the sizes do not.
    const { decoderPath } = await writeExport(await temporaryFolder(), 'hf-sam2', {
      inputs: [
        ['input_points', 'float32', ['batch', 1, 'n', 2]],
        ['input_labels', 'int64', ['batch', 1, 'n']],
        ['input_boxes', 'float32', ['batch', 'boxes', 4]],
        ['image_embeddings.0', 'float32', ['batch', 1, 16, 16]],
        ['image_embeddings.1', 'float32', ['batch', 1, 8, 8]],
        ['image_embeddings.2', 'float32', ['batch', 5, 4, 4]],
      ],
      roles: { points: 'input_points', labels: 'input_labels', boxes: 'input_boxes' },
      logits: ['pred_masks', 'float32', ['batch', 1, 3, 16, 16]],
      scores: ['iou_scores', 'float32', ['batch', 1, 3]],
      values: [0.1, 0.2, 0.3],
    });
    const data = await temporaryFolder();
    const added = await models(
      'add',
      join(from, 'encoder.onnx'),
      decoderPath,
      '--id',
      'x',
      '--license',
      'MIT',
      '--data',
      data,
    );
    expect(added).toMatchObject({
      status: 1,
      err: expect.stringMatching(/look right but do not run.*image_embeddings\.2/s) as string,
    });
    expect((await models('list', '--data', data)).out).not.toMatch(/^ {2}x /m);
  });

  it('shows a licence that restricts use, and pulls nothing before it is accepted', async () => {
    const data = await temporaryFolder();
    const shown = await models('pull', 'sam3', '--data', data);
    expect(shown).toMatchObject({ status: 1, err: expect.stringMatching(/--accept-license/) as string });
    expect(shown.out).toMatch(/SAM License.*\n.*forbidden.*\n.*https:/);
    // The whole text, from its first clause to its last.
    expect(shown.out).toMatch(/1\. License Rights and Redistribution.*8\. Modifications and Amendments/s);
    expect(await readdir(data)).toEqual([]);
    const edge = await models('pull', 'edge-sam', '--accept-license', '--data', data);
    expect(edge).toMatchObject({ status: 1, err: expect.stringMatching(/nobody has published a hash/) as string });
    const named = ['--id', 'edge-sam', '--license', 'NTU S-Lab License 1.0', '--data', data];
    const added = await models('add', await exported(), ...named);
    expect(added).toMatchObject({ status: 1, out: expect.stringMatching(/Non-commercial use only/) as string });
    expect((await models('list', '--data', data)).out).not.toMatch(/^ {2}edge-sam .*models$/m);
    expect(await models('add', await exported(), ...named, '--accept-license')).toMatchObject({ status: 0 });
    const kept = await readFile(join(data, 'models', 'edge-sam', 'LICENSE.txt'), 'utf8');
    expect(kept).toMatch(/^S-Lab License 1\.0\n.*non-commercial/s);
    expect((await models('pull', 'sam4', '--data', data)).err).toMatch(/no model "sam4"; there are: sam-vit-b/);
  });

  it('adds models that a server offers beside its own, one of them by default', async () => {
    const data = await temporaryFolder();
    await models('add', await exported(), '--license', 'MIT', '--data', data);
    const { url } = await serve({ data, model: 'my-model' });
    const ada = new Person(url, 'ada');
    const known = await ada.run('{ models { id isDefault promptKinds } }');
    expect(known.data).toEqual({
      models: [
        { id: 'my-model', isDefault: true, promptKinds: ['POINT', 'BOX'] },
        { id: 'compact', isDefault: false, promptKinds: ['POINT', 'BOX', 'MASK'] },
      ],
    });
    for (const chosen of [{}, { modelId: 'compact' }]) {
      const sessionId = await openSession(ada, chosen);
      const events = ada.follow('SessionEvents', { sessionId, after: '0' });
      await click(ada, sessionId);
      expect(at(await events.until(isCandidates), 'sessionEvents.event.candidates')).toHaveLength(3);
    }
    await expect(serve({ model: 'nowhere' })).rejects.toThrow(/default model "nowhere" among: compact/);
  });

  it('explains itself, and answers 2 to what it does not understand', async () => {
    expect(await models('--help')).toMatchObject({ status: 0, out: expect.stringMatching(/^Usage:/) as string });
    expect(await models('dance')).toMatchObject({ status: 2 });
    expect(await models('pull')).toMatchObject({ status: 2 });
    expect(await models('list', '--loud')).toMatchObject({ status: 2, err: expect.stringMatching(/--loud/) as string });
  });

  it('pulls graphs, with every byte checked, and takes them in', async () => {
    const from = await exported();
    const files = new Map<string, Buffer>();
    for (const name of await readdir(from)) files.set(name, await readFile(join(from, name)));
    const { url } = await serveFile((request, response) => {
      const name = (request.url ?? '').slice(1);
      sendRange(files.get(name) ?? Buffer.alloc(0), `"${name}"`, request, response);
    });
    const known: CatalogueModel = {
      ...{ id: 'pulled', name: 'Pulled', form: 'onnx', frame: 64, promptKinds: ['POINT', 'BOX'] },
      license: { name: 'MIT', url: 'https://example.org', terms: null, text: null },
      files: [...files].map(([name, bytes]) => ({
        role: name.endsWith('.data') ? 'constants' : name.startsWith('encoder') ? 'encoder' : 'decoder',
        ...{ name, url: new URL(name, url).href, bytes: bytes.length, digestFrom: 'the test' },
        digest: { algorithm: 'sha256', value: sha256Of(bytes) },
      })),
    };
    const store = new ModelStore(join(await temporaryFolder(), 'models'));
    expect(await pullModel(store, known, false)).toBe(0);
    expect((await store.manifest()).models).toMatchObject([{ id: 'pulled', contract: 'hf-sam2', license: 'MIT' }]);
    expect(await readdir(join(store.folder, '.downloads'))).toEqual([]);

    const wrong = { ...known, id: 'wrong' };
    wrong.files = known.files.map((file) => ({ ...file, digest: { algorithm: 'sha256', value: '0'.repeat(64) } }));
    await expect(pullModel(store, wrong, false)).rejects.toThrow(/sha256 0{64}, but got [0-9a-f]{64}/);
    expect((await store.manifest()).models).toHaveLength(1);
  });
});

describe.skipIf(goldenFolder === undefined)('maskwire models convert (set MASKWIRE_GOLDEN)', () => {
  it('converts a checkpoint, with progress, and takes it in', async () => {
    const { checkpoint } = await readGolden('mobile-sam-tiny');
    const data = await temporaryFolder();
    await cp(checkpoint, join(data, 'mine.pt'));
    const unknown = await models('convert', join(data, 'mine.pt'), '--data', data);
    expect(unknown).toMatchObject({ status: 1, err: expect.stringMatching(/say its id with --id/) as string });
    const given = ['--id', 'mine', '--license', 'MIT', '--data', data];
    const converted = await models('convert', join(data, 'mine.pt'), ...given);
    expect(converted).toMatchObject({ status: 0, out: expect.stringMatching(/serve --model mine/) as string });
    expect(converted.err).toMatch(/converting mine 0 % of .*\n(.*\n)*converting mine 100 % of/);
    expect(await models('verify', 'mine', '--data', data)).toMatchObject({
      status: 0,
      out: 'mine: every byte is right.\n',
    });
  });
});
