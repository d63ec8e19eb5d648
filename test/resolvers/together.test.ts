import { describe, expect, it } from 'vitest';
import {
  at,
  click,
  codeOf,
  DISC,
  isCandidates,
  openSession,
  operation,
  Person,
  serve,
  text,
  typeOf,
} from './support.js';

describe('people in one session', () => {
  it.each([2, 20])('see the same events in the same order: %i of them', async (count) => {
    const { url } = await serve();
    const people = Array.from({ length: count }, (_, i) => new Person(url, `p${i}`));
    const [first] = people;
    if (!first) throw new Error('There is nobody.');
    const sessionId = await openSession(first);
    const feeds = people.map((person) => person.follow('SessionEvents', { sessionId, after: '0' }));
    await Promise.all(people.map((person) => click(person, sessionId)));
    await Promise.all(people.map((person) => person.do('Undo', { sessionId })));
    await first.do('CloseSession', { sessionId });
    const seen = await Promise.all(feeds.map((feed) => feed.rest()));
    for (const events of seen) expect(events).toEqual(seen[0]);
    const revisions = (seen[0] ?? []).map((event) => at(event, 'sessionEvents.revision'));
    expect(revisions).toEqual(revisions.map((_, i) => i + 1));
    expect((seen[0] ?? []).filter((event) => typeOf(event) === 'PromptsAdded')).toHaveLength(count);
  });

  it('take back their own steps and leave those of others', async () => {
    const { url } = await serve();
    const [ada, bo] = [new Person(url, 'ada'), new Person(url, 'bo')];
    const sessionId = await openSession(ada);
    const objectId = await click(ada, sessionId);
    await click(bo, sessionId, { objectId, prompts: [{ point: { x: 120, y: 100 } }] });
    await ada.do('Undo', { sessionId });
    const state = await ada.run(operation('SessionState'), { id: sessionId });
    expect(at(state, 'data.session.objects.0.prompts')).toMatchObject([{ x: 120 }]);
    expect(at(await ada.do('Undo', { sessionId }), 'undo.undone')).toBeNull();
  });

  it('find out that an object has changed since they saw it', async () => {
    const { url } = await serve();
    const [ada, bo] = [new Person(url, 'ada'), new Person(url, 'bo')];
    const sessionId = await openSession(ada);
    const objectId = await click(ada, sessionId);
    await click(bo, sessionId, { objectId, expectedRevision: 1 });
    const late = await ada.run(operation('AddPrompts'), {
      input: { sessionId, objectId, expectedRevision: 1, prompts: [{ point: DISC }] },
    });
    expect(late.errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', currentRevision: 2 });
    const state = await ada.run(operation('SessionState'), { id: sessionId });
    expect(at(state, 'data.session.objects.0.prompts')).toHaveLength(2);
  });

  it('see who is here, where they point, and that they have left', async () => {
    const { url } = await serve();
    const [ada, bo] = [new Person(url, 'ada'), new Person(url, 'bo')];
    const sessionId = await openSession(ada);
    const presence = ada.follow('Presence', { sessionId });
    const ids = (value: unknown) =>
      (at(value, 'presence.participants') as readonly unknown[]).map((one) => at(one, 'id') as string);
    await presence.until((value) => ids(value).join() === 'ada');
    bo.follow('MaskUpdates', { sessionId });
    await presence.until((value) => ids(value).join() === 'ada,bo');
    await bo.do('MovePointer', { sessionId, pointer: { x: 3, y: 4 }, objectId: 'obj_1' });
    const moved = await presence.until((value) => at(value, 'presence.participants.1.pointer') !== null);
    expect(at(moved, 'presence.participants.1')).toMatchObject({
      id: 'bo',
      name: 'BO',
      pointer: { x: 3, y: 4 },
      objectId: 'obj_1',
      color: expect.stringMatching(/^#[0-9a-f]{6}$/) as string,
    });
    bo.client.terminate();
    await presence.until((value) => ids(value).join() === 'ada');
  });

  it('are shown in the session’s state, present or not', async () => {
    const { url } = await serve();
    const [ada, bo] = [new Person(url, 'ada'), new Person(url, 'bo')];
    const sessionId = await openSession(ada);
    const events = bo.follow('SessionEvents', { sessionId, after: '0' });
    await events.next();
    const query = 'query ($id: ID!) { session(id: $id) { participants { id name present } } }';
    const answer = await ada.post(query, { id: sessionId });
    expect(at(answer, 'data.session.participants')).toEqual(
      expect.arrayContaining([
        { id: 'ada', name: 'ADA', present: false },
        { id: 'bo', name: 'BO', present: true },
      ]),
    );
  });
});

describe('a call that is repeated', () => {
  it('answers what the first one did and stores nothing', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const call = () => ada.do('AddPrompts', { sessionId, prompts: [{ point: DISC }], idempotencyKey: 'click-1' });
    const first = await call();
    await click(ada, sessionId, { objectId: text(first, 'addPrompts.object.id') });
    expect(await call()).toEqual(first);
    const [together, again] = await Promise.all([1, 2].map(() => click(ada, sessionId, { idempotencyKey: 'click-2' })));
    expect(together).toBe(again);
    const state = await ada.run(operation('SessionState'), { id: sessionId });
    expect(at(state, 'data.session.objects')).toHaveLength(2);
  });

  it('is refused where the key named another kind of change', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const objectId = await click(ada, sessionId, { idempotencyKey: 'k' });
    const answer = await ada.run(operation('AcceptObject'), {
      input: { sessionId, objectId, label: 'x', idempotencyKey: 'k' },
    });
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
  });

  it('opens one session, also when both calls come at once', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const ids = await Promise.all([1, 2, 3].map(() => openSession(ada, { idempotencyKey: 'open' })));
    expect(new Set(ids).size).toBe(1);
    expect(await openSession(new Person(url, 'bo'), { idempotencyKey: 'open' })).not.toBe(ids[0]);
  });
});

describe('sessionEvents', () => {
  it('resumes after a cursor without losing or doubling, and begins now without one', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const all = ada.follow('SessionEvents', { sessionId, after: '0' });
    await click(ada, sessionId);
    const head = [await all.next(), await all.next(), await all.next()];
    const now = ada.follow('SessionEvents', { sessionId });
    await now.next().catch(() => undefined);
    await click(ada, sessionId);
    await ada.do('CloseSession', { sessionId });
    const tail = await all.rest();
    const cursor = at(head.at(-1), 'sessionEvents.cursor');
    expect(await ada.follow('SessionEvents', { sessionId, after: cursor }).rest()).toEqual(tail);
    expect(await ada.follow('SessionEvents', { sessionId, after: '0' }).rest()).toEqual([...head, ...tail]);
    const last = at(tail.at(-1), 'sessionEvents.cursor');
    expect(await ada.follow('SessionEvents', { sessionId, after: last }).ended()).toBe(true);
  });

  it('shows objects as they were after each event, not as they are now', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const objectId = await click(ada, sessionId);
    await ada.do('AcceptObject', { sessionId, objectId, label: 'first' });
    await ada.do('AcceptObject', { sessionId, objectId, label: 'second' });
    const events = ada.follow('SessionEvents', { sessionId, after: '0' });
    const isAccepted = (value: unknown) => typeOf(value) === 'ObjectAccepted';
    const labels = [await events.until(isAccepted), await events.until(isAccepted)].map((value) =>
      at(value, 'sessionEvents.event.object.label'),
    );
    expect(labels).toEqual(['first', 'second']);
  });
});

describe('maskUpdates', () => {
  it('starts with what stands, follows changes, and tells when an object goes and comes back', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const events = ada.follow('SessionEvents', { sessionId, after: '0' });
    const objectId = await click(ada, sessionId);
    await events.until(isCandidates);
    const document = operation('MaskUpdates').replace('candidates {', 'removed candidates {');
    const updates = ada.client.iterate({ query: document, variables: { sessionId } });
    const next = async () => (await updates.next()).value as unknown;
    expect(at(await next(), 'data.maskUpdates')).toMatchObject({
      object: { id: objectId, revision: 1 },
      removed: false,
    });
    await ada.do('AcceptObject', { sessionId, objectId, label: 'disc' });
    expect(at(await next(), 'data.maskUpdates.object')).toMatchObject({ status: 'ACCEPTED', label: 'disc' });
    await ada.do('RemoveObject', { sessionId, objectId });
    expect(at(await next(), 'data.maskUpdates')).toMatchObject({
      object: { id: objectId },
      removed: true,
      candidates: [],
    });
    await ada.do('Undo', { sessionId });
    const back = at(await next(), 'data.maskUpdates');
    expect(back).toMatchObject({ object: { id: objectId }, removed: false });
    expect(at(back, 'candidates')).not.toEqual([]);
    await ada.do('CloseSession', { sessionId });
    expect((await updates.next()).done).toBe(true);
  });

  it('can follow one object alone', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    await click(ada, sessionId);
    const wanted = await click(ada, sessionId);
    const updates = ada.follow('MaskUpdates', { sessionId, objectId: wanted });
    expect(at(await updates.next(), 'maskUpdates.object.id')).toBe(wanted);
  });
});

describe('preview', () => {
  it('stores nothing, refines the object that it names, and gives way to a newer one', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const objectId = await click(ada, sessionId);
    const preview = (x: number, more: Record<string, unknown> = {}) =>
      ada.run(operation('Preview'), { input: { sessionId, prompts: [{ point: { x, y: 120 } }], ...more } });
    expect(at(await preview(100), 'data.preview.candidates')).toHaveLength(3);
    expect(at(await preview(100, { objectId }), 'data.preview.candidates')).toHaveLength(1);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => preview(100 + i)));
    const codes = answers.map(codeOf);
    expect(codes.at(-1)).toBeUndefined();
    expect(codes.filter((code) => code === 'SUPERSEDED').length).toBeGreaterThan(0);
    expect(codes.every((code) => code === undefined || code === 'SUPERSEDED')).toBe(true);
    const state = await ada.run(operation('SessionState'), { id: sessionId });
    expect(at(state, 'data.session.objects')).toHaveLength(1);
    expect(at(state, 'data.session.objects.0.prompts')).toHaveLength(1);
  });
});

describe('progress', () => {
  it('is told from the queue to readiness, as events and as a subscription that ends', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const query =
      'subscription ($id: ID!) { sessionProgress(sessionId: $id) { status queuePosition failure { code } } }';
    const statuses: unknown[] = [];
    for await (const value of ada.client.iterate({ query, variables: { id: sessionId } })) {
      statuses.push(at(value, 'data.sessionProgress.status'));
    }
    expect(statuses.at(-1)).toBe('READY');
    const events = ada.follow('SessionEvents', { sessionId, after: '0' });
    const types = [await events.next(), await events.next(), await events.next()].map(typeOf);
    expect(types).toEqual(['SessionOpened', 'EncodingStarted', 'SessionReady']);
  });
});
