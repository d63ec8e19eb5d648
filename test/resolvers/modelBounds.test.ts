import { describe, expect, it } from 'vitest';
import { encodeRle } from '#src/masks/rle.js';
import { modelsFolder } from './models.js';
import { at, codeOf, isCandidates, openSession, operation, Person, serve, text, type Answer } from './support.js';

const efficient = { id: 'efficient', encoder: 'efficient-sam', decoder: 'efficient-sam' } as const;
const slim = { id: 'slim', encoder: 'hf-sam', decoder: 'hf-sam' } as const;
const official = { id: 'official', encoder: 'preprocess', decoder: 'sam' } as const;

const points = (count: number) => Array.from({ length: count }, (_, i) => ({ point: { x: 10 + i, y: 20 } }));
const BOX = { box: { x: 10, y: 10, width: 50, height: 50 } };
const BACKGROUND = { point: { x: 5, y: 5, label: 'BACKGROUND' } };
const MASK = { mask: { rle: encodeRle({ width: 320, height: 240, lengths: Uint32Array.of(0, 320 * 240) }) } };

async function open(modelId: string) {
  const { url } = await serve({ models: await modelsFolder(efficient, slim, official) });
  const ada = new Person(url, 'ada');
  const sessionId = await openSession(ada, { modelId });
  const add = (prompts: readonly object[], objectId?: string) =>
    ada.run(operation('AddPrompts'), { input: { sessionId, prompts, ...(objectId && { objectId }) } });
  const preview = (prompts: readonly object[], objectId?: string) =>
    ada.run(operation('Preview'), { input: { sessionId, prompts, ...(objectId && { objectId }) } });
  const added = async (prompts: readonly object[], objectId?: string) =>
    text(await add(prompts, objectId), 'data.addPrompts.object.id');
  return { ada, sessionId, add, preview, added };
}

/** What the first error says. */
function refusal({ errors }: Answer) {
  const [error] = errors ?? [];
  return { code: error?.extensions['code'], message: error?.message, models: error?.extensions['models'] };
}

describe('what a model does not take', () => {
  it('is told by its description', async () => {
    const { ada } = await open('efficient');
    const models = await ada.run('{ models { id promptKinds backgroundClicks maxPoints } }');
    expect(at(models, 'data.models')).toEqual([
      { id: 'compact', promptKinds: ['POINT', 'BOX', 'MASK'], backgroundClicks: true, maxPoints: null },
      { id: 'efficient', promptKinds: ['POINT', 'BOX'], backgroundClicks: false, maxPoints: 6 },
      { id: 'slim', promptKinds: ['POINT'], backgroundClicks: true, maxPoints: null },
      { id: 'official', promptKinds: ['POINT', 'BOX', 'MASK'], backgroundClicks: true, maxPoints: null },
    ]);
  });

  it('is refused when it is given, with the bound and the models that take it, and nothing is stored', async () => {
    const { ada, sessionId, add, preview } = await open('efficient');
    for (const prompts of [points(7), [...points(5), BOX]]) {
      for (const answer of [await add(prompts), await preview(prompts)]) {
        expect(refusal(answer)).toEqual({
          code: 'UNSUPPORTED_PROMPT',
          message: expect.stringMatching(
            /^Model efficient takes at most 6 points for an object, a box counting as 2; here are 7; these do: /,
          ) as string,
          models: prompts.length === 7 ? ['compact', 'slim', 'official'] : ['compact', 'official'],
        });
      }
    }
    for (const answer of [await add([...points(1), BACKGROUND]), await preview([BACKGROUND])]) {
      expect(refusal(answer)).toMatchObject({
        code: 'UNSUPPORTED_PROMPT',
        message: expect.stringMatching(/takes clicks on the object alone/) as string,
      });
    }
    expect(refusal(await add([MASK]))).toMatchObject({
      code: 'UNSUPPORTED_PROMPT',
      models: ['compact', 'official'],
    });
    const state = await ada.run(operation('SessionState'), { id: sessionId });
    expect(at(state, 'data.session.objects')).toEqual([]);
  });

  it('counts what the object has, less what is replaced or was removed', async () => {
    const { ada, sessionId, add, preview, added } = await open('efficient');
    const objectId = await added([...points(3), BOX]);
    expect(codeOf(await add(points(2), objectId))).toBe('UNSUPPORTED_PROMPT');
    expect(codeOf(await preview(points(2), objectId))).toBe('UNSUPPORTED_PROMPT');
    // Another object counts for itself, and a box takes the place of a box.
    await added(points(6));
    await added([BOX, ...points(1)], objectId);
    expect(codeOf(await add(points(1), objectId))).toBe('UNSUPPORTED_PROMPT');
    const object = at(await ada.run(operation('SessionState'), { id: sessionId }), 'data.session.objects.0');
    await ada.do('RemovePrompts', { sessionId, objectId, promptIds: [text(object, 'prompts.0.id')] });
    const events = ada.follow('SessionEvents', { sessionId, after: '0' });
    await added(points(1), objectId);
    const answered = await events.until(
      (value) => isCandidates(value) && at(value, 'sessionEvents.event.object.id') === objectId,
    );
    expect(at(answered, 'sessionEvents.event.candidates.0.predictedIou')).toBeGreaterThan(0);
  });

  it('is a box or a mask where the exporter left no way for them, and nothing for the official export', async () => {
    const { add, preview } = await open('slim');
    for (const answer of [await add([BOX]), await preview([BOX])]) {
      expect(refusal(answer)).toMatchObject({
        code: 'UNSUPPORTED_PROMPT',
        message: 'Model slim takes no BOX prompts; these do: compact, efficient, official.',
      });
    }
    expect(codeOf(await add([BACKGROUND, ...points(40)]))).toBeUndefined();
    const sam = await open('official');
    expect(codeOf(await sam.add([...points(40), BACKGROUND, BOX]))).toBeUndefined();
  });
});
