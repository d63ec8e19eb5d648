import { buildSchema, isTypeDefinitionNode, Kind, parse, validate, visit } from 'graphql';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  at,
  click,
  dataOf,
  DISC,
  isCandidates,
  openSession,
  operation,
  Person,
  picture,
  serve,
  text,
  upload,
} from './support.js';

const document = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
const schema = buildSchema(document);
const contract = await readFile(new URL('../contract/operations.graphql', import.meta.url), 'utf8');

describe('the schema', () => {
  it('describes every type, field, argument and value', () => {
    const silent: string[] = [];
    visit(parse(document), {
      enter(node) {
        const described =
          isTypeDefinitionNode(node) ||
          node.kind === Kind.FIELD_DEFINITION ||
          node.kind === Kind.INPUT_VALUE_DEFINITION ||
          node.kind === Kind.ENUM_VALUE_DEFINITION;
        if (described && !node.description) silent.push(node.name.value);
      },
    });
    expect(silent).toEqual([]);
  });
});

describe('the contract', () => {
  it('validates against the schema, every document of it', () => {
    expect(validate(schema, parse(contract))).toEqual([]);
  });

  it.each(['HTTP', 'WebSocket'] as const)('works from upload to accepted mask, over %s', async (transport) => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const run = async (name: string, variables: Record<string, unknown> = {}) => {
      const query = operation(name);
      return dataOf(await (transport === 'HTTP' ? ada.post(query, variables) : ada.run(query, variables)));
    };

    const models = await run('Models');
    expect(at(models, 'models.0')).toMatchObject({ isDefault: true, promptKinds: ['POINT', 'BOX', 'MASK'] });

    const image = await upload(url, await picture());
    const opened = await run('OpenSession', { input: { image: { id: image.id }, title: 'Disc' } });
    const sessionId = text(opened, 'openSession.session.id');
    expect(at(opened, 'openSession.session')).toMatchObject({
      title: 'Disc',
      revision: 1,
      image: { id: image.id, width: 320, height: 240 },
    });

    const events = new Person(url, 'watcher').follow('SessionEvents', { sessionId, after: '0' });
    const added = await run('AddPrompts', {
      input: { sessionId, prompts: [{ point: { ...DISC, label: 'FOREGROUND' } }] },
    });
    const objectId = text(added, 'addPrompts.object.id');
    expect(at(added, 'addPrompts.object')).toMatchObject({
      revision: 1,
      status: 'DRAFT',
      prompts: [{ __typename: 'PointPrompt', ...DISC, label: 'FOREGROUND' }],
    });

    const produced = await events.until(isCandidates);
    const candidates = at(produced, 'sessionEvents.event.candidates') as unknown[];
    expect(candidates.length).toBeGreaterThan(1);
    for (const [index, candidate] of candidates.entries()) {
      expect(candidate).toMatchObject({
        index,
        mask: { rle: { size: [240, 320] }, polygons: expect.any(Array) as unknown },
      });
    }
    const ious = candidates.map((candidate) => at(candidate, 'predictedIou') as number);
    expect(ious).toEqual([...ious].sort((a, b) => b - a));

    const selected = await run('SelectCandidate', { input: { sessionId, objectId, index: 1 } });
    expect(at(selected, 'selectCandidate.object')).toMatchObject({ revision: 2, selectedCandidate: { index: 1 } });

    const accepted = await run('AcceptObject', { input: { sessionId, objectId, label: 'disc' } });
    expect(at(accepted, 'acceptObject.object')).toMatchObject({ status: 'ACCEPTED', label: 'disc', revision: 3 });

    const state = await run('SessionState', { id: sessionId });
    expect(at(state, 'session')).toMatchObject({
      status: 'READY',
      image: { url: `/images/${image.id}` },
      objects: [{ id: objectId, label: 'disc', selectedCandidate: { index: 1 }, candidates }],
    });

    const masks = await run('MasksBySession', { sessionId, filter: { status: ['ACCEPTED'], label: ['disc'] } });
    expect(at(masks, 'masks.edges.0.node')).toMatchObject({
      object: { id: objectId },
      area: at(candidates[1], 'area'),
    });
    expect(at(await run('MasksBySession', { sessionId, filter: { label: ['cat'] } }), 'masks.edges')).toEqual([]);

    const undone = await run('Undo', { input: { sessionId } });
    expect(at(undone, 'undo.undone.id')).toEqual(expect.any(String));
    const redone = await run('Redo', { input: { sessionId } });
    expect(at(redone, 'redo.redone.id')).toBe(at(undone, 'undo.undone.id'));
    expect(at(await run('Redo', { input: { sessionId } }), 'redo.redone')).toBeNull();

    const preview = await run('Preview', {
      input: { sessionId, prompts: [{ box: { x: 200, y: 50, width: 100, height: 100 } }] },
    });
    expect(at(preview, 'preview.candidates')).toHaveLength(1);
    expect(at(await run('MovePointer', { input: { sessionId, pointer: { x: 1, y: 2 } } }), 'movePointer.ok')).toBe(
      true,
    );

    const second = await run('AddPrompts', { input: { sessionId, prompts: [{ point: { x: 5, y: 5 } }] } });
    const removed = await run('RemoveObject', { input: { sessionId, objectId: at(second, 'addPrompts.object.id') } });
    expect(at(removed, 'removeObject.removedObjectId')).toBe(at(second, 'addPrompts.object.id'));
    const cleared = await run('RemovePrompts', { input: { sessionId, objectId } });
    expect(at(cleared, 'removePrompts.object')).toMatchObject({
      status: 'DRAFT',
      prompts: [],
      candidates: [],
      selectedCandidate: null,
    });

    const sessions = await run('Sessions', { first: 1, filter: { status: ['READY'], titleContains: 'DISC' } });
    expect(at(sessions, 'sessions')).toMatchObject({ totalCount: 1, edges: [{ node: { id: sessionId } }] });

    const closed = await run('CloseSession', { input: { sessionId } });
    expect(at(closed, 'closeSession.session.status')).toBe('CLOSED');
    const told = await events.rest();
    expect(at(told.at(-1), 'sessionEvents.event.__typename')).toBe('SessionClosed');
  });

  it('takes a small image inline, and answers a box, an RLE and an earlier candidate as prompts', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const base64 = (await picture()).toString('base64');
    const sessionId = text(await ada.do('OpenSession', { image: { base64 } }), 'openSession.session.id');
    const updates = ada.follow('MaskUpdates', { sessionId });
    const boxed = await ada.do('AddPrompts', {
      sessionId,
      prompts: [{ box: { x: 45, y: 55, width: 130, height: 130 } }],
    });
    const objectId = text(boxed, 'addPrompts.object.id');
    const first = await updates.next();
    const candidate = at(first, 'maskUpdates.candidates.0');
    expect(at(first, 'maskUpdates.candidates')).toHaveLength(1);

    const byRle = await ada.do('AddPrompts', { sessionId, prompts: [{ mask: { rle: at(candidate, 'mask.rle') } }] });
    const byReference = await ada.do('AddPrompts', {
      sessionId,
      prompts: [{ mask: { candidate: { objectId, index: 0 } } }],
    });
    expect(at(byReference, 'addPrompts.object.prompts.0.rle')).toEqual(at(byRle, 'addPrompts.object.prompts.0.rle'));
    const [second, third] = [await updates.next(), await updates.next()];
    expect(at(second, 'maskUpdates.candidates.0.mask.rle')).toEqual(at(third, 'maskUpdates.candidates.0.mask.rle'));
  });

  it('answers sessions and objects by their global ids', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const objectId = await click(ada, sessionId);
    const query = `query ($id: ID!) { node(id: $id) { id __typename } }`;
    const imageId = text(dataOf(await ada.run(operation('SessionState'), { id: sessionId })), 'session.image.id');
    for (const [id, __typename] of [
      [sessionId, 'Session'],
      [objectId, 'SegmentedObject'],
      [imageId, 'Image'],
      ['compact', 'Model'],
    ]) {
      expect(dataOf(await ada.post(query, { id }))).toEqual({ node: { id, __typename } });
    }
    expect(dataOf(await ada.post(query, { id: 'ses_000000000000000000000000' }))).toEqual({ node: null });
    expect(dataOf(await ada.post(query, { id: 'nonsense' }))).toEqual({ node: null });
  });
});
