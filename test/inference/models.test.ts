import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Candidate } from '#src/inference/inference.js';
import { inferenceLimits, type InferenceLimits } from '#src/inference/limits.js';
import { ModelMemory } from '#src/inference/modelMemory.js';
import { readPorts } from '#src/inference/onnx.js';
import { InferenceSupervisor } from '#src/inference/supervisor.js';
import type { ModelFiles } from '#src/models/manifest.js';
import { recognise } from '#src/models/adapters/recognise.js';
import { writeExport } from '../models/adapters/exports.js';
import { click, drawImage, fixtureModel, jobOf, MODEL_ID, Recorder, step, temporaryFolder } from './support.js';

/** Small graphs in the manner of SAM's official export. */
async function tinyModel(): Promise<ModelFiles> {
  const paths = await writeExport(await temporaryFolder(), 'preprocess', 'sam');
  const { contract, encoderInput, promptKinds, ...sizes } = recognise(
    await readPorts(paths.encoderPath),
    await readPorts(paths.decoderPath),
  );
  return {
    ...{ ...paths, ...sizes, promptKinds: [...promptKinds], exported: { contract, encoderInput } },
    ...{ id: 'tiny', name: 'Tiny', license: 'MIT', family: 'exported', maskDecoderPath: null, fingerprint: 'tiny' },
    bytes: 100_000,
  };
}

/** A process with the packaged model, which is the default one, and the small one. */
async function startBoth(limits: (compact: ModelFiles, tiny: ModelFiles) => Partial<InferenceLimits> = () => ({})) {
  const dataFolder = await temporaryFolder();
  const [compact, tiny] = [await fixtureModel(), await tinyModel()];
  const path = join(dataFolder, 'photo.png');
  await drawImage(path, 1);
  const seen = new Recorder();
  const inference = new InferenceSupervisor({
    models: [compact, tiny],
    dataFolder,
    imagePath: () => path,
    limits: { ...inferenceLimits.parse({ encoderThreads: 1, decoderThreads: 1 }), ...limits(compact, tiny) },
    observer: seen,
  });
  onTestFinished(() => inference.close());
  const decode = async (modelId: string): Promise<readonly Candidate[]> => {
    const answer = await inference.decode(modelId, jobOf({ imageId: 'photo', steps: [step([click(150, 150)])] }));
    if (answer === null) throw new Error('expected candidates, but got null.');
    return answer;
  };
  return { inference, seen, decode };
}

const masksOf = (candidates: readonly Candidate[]) => candidates.map(({ rle }) => rle.counts);

describe('several models in one process', () => {
  it('are loaded on first use, each with embeddings of its own', async () => {
    const { inference, seen, decode } = await startBoth();
    expect(inference.models.map(({ id }) => id)).toEqual([MODEL_ID, 'tiny']);
    const before = await decode(MODEL_ID);
    expect(seen.loads.sort()).toEqual([`${MODEL_ID} decoder`, `${MODEL_ID} encoder`]);
    expect(await decode('tiny')).toHaveLength(3);
    expect(seen.loads.slice(2).sort()).toEqual(['tiny decoder', 'tiny encoder']);
    expect(await decode(MODEL_ID)).toEqual(before);
    expect(seen.loads).toHaveLength(4);
    expect(seen.encodes).toHaveLength(2);
  });

  it('leave when they have been idle, but for the default one, and come back when they are used', async () => {
    const { seen, decode } = await startBoth(() => ({ modelIdleMs: 100 }));
    const first = await decode('tiny');
    while (!seen.loads.includes('tiny gone')) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await decode('tiny')).toEqual(first);
    expect(seen.loads.filter((load) => load === 'tiny decoder')).toHaveLength(2);
    expect(seen.loads).not.toContain(`${MODEL_ID} gone`);
  });

  it('leave for each other where the memory does not hold both, and answer as before', async () => {
    const { seen, decode } = await startBoth((compact) => ({ modelMemoryBytes: 2 * compact.bytes + 1000 }));
    const before = [await decode(MODEL_ID), await decode('tiny')];
    seen.clear();
    // All at once: those of one model wait for those of the other.
    const answers = await Promise.all([decode(MODEL_ID), decode('tiny'), decode(MODEL_ID), decode('tiny')]);
    // Scores differ in the last bit between one and two in a batch.
    expect(answers.map(masksOf)).toEqual([...before, ...before].map(masksOf));
    expect(seen.loads).toContain(`${MODEL_ID} gone`);
    expect(seen.loads).toContain('tiny gone');
    expect(seen.restarts).toEqual([]);
  });

  it('do not start where the default one alone is too large for the memory', async () => {
    await expect(startBoth((compact) => ({ modelMemoryBytes: 2 * compact.bytes - 1 }))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(
        new RegExp(`Model ${MODEL_ID} needs about \\d+ bytes of memory, but modelMemoryBytes is`),
      ) as string,
    });
  });
});

describe('ModelMemory', () => {
  const ignore = () => undefined;
  const modelOf = (id: string, bytes: number) => ({ id, bytes }) as ModelFiles;

  /** Work that ends when it is told to. */
  function gate() {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    return { open, work: () => opened };
  }

  it('makes room with what was used longest ago, and only with what is not in use', async () => {
    const gone: string[] = [];
    const models = ['a', 'b', 'c'].map((id) => modelOf(id, 5));
    const memory = new ModelMemory({
      models,
      maxBytes: 20,
      idleMs: 60_000,
      unload: (id) => gone.push(id),
      waits: ignore,
    });
    const a = gate();
    const usesA = memory.use('a', a.work);
    await memory.use('b', () => Promise.resolve());
    await memory.use('c', () => Promise.resolve());
    expect(gone).toEqual(['b']);
    a.open();
    await usesA;
    await memory.use('b', () => Promise.resolve());
    expect(gone).toEqual(['b', 'a']);
    memory.close();
  });

  it('tells whose uses wait for room, until none does', async () => {
    const told: string[] = [];
    const models = ['a', 'b'].map((id) => modelOf(id, 5));
    const waits = (id: string, waiting: boolean) => void told.push(`${id} ${waiting ? 'waits' : 'no more'}`);
    const memory = new ModelMemory({ models, maxBytes: 10, idleMs: 60_000, unload: ignore, waits });
    const first = gate();
    const uses = [memory.use('a', first.work), ...[1, 2].map(() => memory.use('b', () => Promise.resolve()))];
    expect(told).toEqual(['b waits', 'b waits']);
    first.open();
    await Promise.all(uses);
    expect(told).toEqual(['b waits', 'b waits', 'b no more']);
    memory.close();
  });

  it('lets uses begin in the order in which they were asked for', async () => {
    const began: string[] = [];
    const models = ['a', 'b'].map((id) => modelOf(id, 5));
    const memory = new ModelMemory({ models, maxBytes: 10, idleMs: 60_000, unload: () => undefined, waits: ignore });
    const first = gate();
    const uses = [
      memory.use('a', first.work),
      ...['b', 'a'].map((id) =>
        memory.use(id, () => {
          began.push(id);
          return Promise.resolve();
        }),
      ),
    ];
    await Promise.resolve();
    // `a` is loaded, but `b` has waited longer.
    expect(began).toEqual([]);
    first.open();
    await Promise.all(uses);
    expect(began).toEqual(['b', 'a']);
    memory.close();
  });

  it('refuses the use of a model that alone is too large', async () => {
    const models = [modelOf('a', 5), modelOf('b', 6)];
    const memory = new ModelMemory({ models, maxBytes: 10, idleMs: 60_000, unload: () => undefined, waits: ignore });
    await expect(memory.use('b', () => Promise.resolve())).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      message: expect.stringMatching(/^Model b needs about 12 bytes of memory, but modelMemoryBytes is 10/) as string,
    });
    expect(await memory.use('a', () => Promise.resolve('done'))).toBe('done');
    memory.close();
  });

  it('lets go of the room when work fails', async () => {
    const models = ['a', 'b'].map((id) => modelOf(id, 5));
    const memory = new ModelMemory({ models, maxBytes: 10, idleMs: 60_000, unload: () => undefined, waits: ignore });
    await expect(memory.use('b', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await memory.use('a', () => Promise.resolve('done'))).toBe('done');
    memory.close();
  });
});
