import { beforeAll, describe, expect, it } from 'vitest';
import { CompactModel } from '#src/inference/compactModel.js';
import type { Candidate, DecodeStep } from '#src/inference/inference.js';
import type { DecodeItem, Embedding } from '#src/inference/model.js';
import { decodeSteps, relevantSteps, StepMasks } from '#src/inference/steps.js';
import { readRgb } from '#src/images/rgb.js';
import { click, drawImage, fixtureModel, step, temporaryFolder } from './support.js';

const MiB = 2 ** 20;

/** The real model, counting what it is asked for. */
class CountingModel extends CompactModel {
  readonly batches: (readonly DecodeItem[])[] = [];

  override decode(items: readonly DecodeItem[]) {
    this.batches.push(items);
    return super.decode(items);
  }
}

let model: CountingModel;
let embedding: Embedding;

beforeAll(async () => {
  model = new CountingModel(await fixtureModel(), 1);
});

async function encodedScene(): Promise<Embedding> {
  const path = `${await temporaryFolder()}/scene.png`;
  await drawImage(path, 1);
  return model.encode(await readRgb(path, (original) => model.imageSize(original)));
}

async function run(kept: StepMasks, ...chains: readonly (readonly DecodeStep[])[]) {
  model.batches.length = 0;
  return decodeSteps(
    model,
    kept,
    chains.map((steps) => ({ embedding, steps })),
  );
}

function candidatesOf(outcome: readonly Candidate[] | Error | undefined): readonly Candidate[] {
  if (outcome instanceof Error || outcome === undefined) throw outcome ?? new Error('expected an outcome.');
  return outcome;
}

describe('decodeSteps', () => {
  const first = { ...step([click(150, 140)]), selected: 1 };
  const second = step([click(150, 140), click(200, 150)]);
  const third = step([click(150, 140), click(200, 150), click(400, 300, 'BACKGROUND')]);

  it('refines the logits of the candidate that was selected', async () => {
    embedding = await encodedScene();
    const kept = new StepMasks(64 * MiB);
    await run(kept, [first]);
    const offered = kept.get(first.key);
    expect(offered).toHaveLength(3);
    const [refined] = await run(kept, [first, second]);
    expect(model.batches).toHaveLength(1);
    expect(model.batches[0]?.[0]?.previousLogits).toBe(offered?.[1]?.logits);
    expect(candidatesOf(refined)).toHaveLength(1);
    const [other] = await run(kept, [
      { ...first, selected: 2 },
      { ...second, key: 'other' },
    ]);
    expect(other).not.toEqual(refined);
  });

  it('runs steps again whose logits are gone, to the same masks', async () => {
    embedding = await encodedScene();
    const kept = new StepMasks(64 * MiB);
    await run(kept, [first]);
    await run(kept, [first, second]);
    const [before] = await run(kept, [first, second, third]);
    kept.forget('step-');
    const [after] = await run(kept, [first, second, third]);
    expect(model.batches).toHaveLength(3);
    expect(after).toEqual(before);
  });

  it('starts after the latest step whose logits are kept', async () => {
    embedding = await encodedScene();
    const kept = new StepMasks(64 * MiB);
    await run(kept, [first, second]);
    kept.forget(first.key);
    await run(kept, [first, second, third]);
    expect(model.batches).toHaveLength(1);
  });

  it('runs missing steps of several objects in the same batches', async () => {
    embedding = await encodedScene();
    const chain = (object: string) => [first, second].map((one) => ({ ...one, key: `${object}/${one.key}` }));
    await run(new StepMasks(64 * MiB), chain('a'), chain('b'), [first]);
    expect(model.batches.map(({ length }) => length)).toEqual([3, 2]);
  });

  it('answers an Error for the bad one alone', async () => {
    embedding = await encodedScene();
    const kept = new StepMasks(64 * MiB);
    const [good] = await run(kept, [first]);
    const outcomes = await run(kept, [first], [step([{ kind: 'text', text: 'cat' }])], []);
    expect(outcomes[0]).toEqual(good);
    expect(outcomes[1]).toBeInstanceOf(Error);
    expect(outcomes[2]).toBeInstanceOf(Error);
  });

  it('answers an Error where a step never had the selected candidate', async () => {
    embedding = await encodedScene();
    const [outcome] = await run(new StepMasks(64 * MiB), [{ ...first, selected: 3 }, second]);
    expect(() => candidatesOf(outcome)).toThrow(/candidate 3, but it has 3/);
  });

  it('keeps no more logits than its budget', async () => {
    embedding = await encodedScene();
    // One ambiguous step has three masks of 4 bytes a cell.
    const kept = new StepMasks(4 * 4 * model.sizes.maskGrid ** 2);
    const steps = [1, 2, 3].map((x) => step([click(100 * x, 100)]));
    for (const one of steps) await run(kept, [one]);
    expect(steps.map(({ key }) => kept.get(key) !== undefined)).toEqual([false, false, true]);
  });
});

describe('relevantSteps', () => {
  const clicks = [1, 2, 3, 4].map((x) => step([click(x, x)]));
  const mask = step([{ kind: 'mask', rle: { size: [1, 1], counts: '1' } }]);

  it('drops what comes before the latest mask prompt', () => {
    expect(relevantSteps([...clicks, mask, ...clicks], 64)).toEqual([mask, ...clicks]);
  });

  it('keeps at most the last of them', () => {
    expect(relevantSteps(clicks, 2)).toEqual(clicks.slice(2));
    expect(relevantSteps(clicks, 4)).toEqual(clicks);
  });
});
