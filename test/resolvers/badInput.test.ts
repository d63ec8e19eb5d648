import { describe, expect, it } from 'vitest';
import {
  at,
  click,
  codeOf,
  DISC,
  openSession,
  operation,
  Person,
  picture,
  post,
  serve,
  type Answer,
} from './support.js';

const NOWHERE = 'ses_000000000000000000000000';

describe('bad input', () => {
  it('gets a code and a message that says what was expected and what came; nothing is stored', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const other = await openSession(ada);
    const objectId = await click(ada, sessionId);
    const revision = async () => {
      const answer = await ada.post('query ($id: ID!) { session(id: $id) { objects { revision prompts { id } } } }', {
        id: sessionId,
      });
      return at(answer, 'data.session');
    };
    const before = await revision();
    const prompts = (...list: unknown[]) => ({ sessionId, prompts: list });
    const point = (x: number, y: number) => ({ point: { x, y } });
    const box = (x: number, y: number, width: number, height: number) => ({ box: { x, y, width, height } });
    const rle = (size: number[], counts: string) => ({ mask: { rle: { size, counts } } });
    const cases: [string, Record<string, unknown>, string, RegExp][] = [
      ['AddPrompts', prompts(), 'BAD_USER_INPUT', /prompts: expected at least 1/],
      ['AddPrompts', prompts(...Array.from({ length: 65 }, () => point(1, 1))), 'TOO_LARGE', /at most 64, got 65/],
      ['AddPrompts', prompts(point(-1, 5)), 'BAD_USER_INPUT', /prompts\[0\]\.point\.x: expected 0 to 320.*got -1/],
      ['AddPrompts', prompts(point(5, 240.5)), 'BAD_USER_INPUT', /point\.y: expected 0 to 240.*240\.5/],
      ['AddPrompts', prompts(point(1, 1), point(1e300, 5)), 'BAD_USER_INPUT', /prompts\[1\]/],
      ['AddPrompts', prompts(box(1, 1, 0, 5)), 'BAD_USER_INPUT', /box\.width: expected more than 0/],
      ['AddPrompts', prompts(box(1, 1, 5, -5)), 'BAD_USER_INPUT', /box\.height/],
      ['AddPrompts', prompts(box(300, 1, 50, 5)), 'BAD_USER_INPUT', /x \+ width at most 320/],
      ['AddPrompts', prompts(box(1, 1, 5, 5), box(2, 2, 5, 5)), 'BAD_USER_INPUT', /at most one box/],
      ['AddPrompts', prompts(rle([10, 10], '0S1')), 'BAD_USER_INPUT', /\[240, 320\]; got \[10, 10\]/],
      ['AddPrompts', prompts(rle([240], '')), 'BAD_USER_INPUT', /\[240, 320\]/],
      ['AddPrompts', prompts(rle([240, 320], 'ÿ')), 'BAD_USER_INPUT', /counts/i],
      ['AddPrompts', prompts(rle([240, 320], '01')), 'BAD_USER_INPUT', /76800/],
      ['AddPrompts', prompts({ mask: { candidate: { objectId, index: 99 } } }), 'BAD_USER_INPUT', /index/],
      ['AddPrompts', prompts({ mask: { candidate: { objectId: 'obj_x', index: 0 } } }), 'NOT_FOUND', /obj_x/],
      ['AddPrompts', prompts({ text: 'the disc' }), 'UNSUPPORTED_PROMPT', /TEXT/],
      ['AddPrompts', { ...prompts(point(1, 1)), objectId: 'obj_nothing' }, 'NOT_FOUND', /obj_nothing/],
      ['AddPrompts', { ...prompts(point(1, 1)), sessionId: other, objectId }, 'NOT_FOUND', new RegExp(objectId)],
      ['AddPrompts', { ...prompts(point(1, 1)), sessionId: NOWHERE }, 'NOT_FOUND', new RegExp(NOWHERE)],
      ['AddPrompts', { ...prompts(point(1, 1)), sessionId: '../../etc' }, 'NOT_FOUND', /session/],
      [
        'AddPrompts',
        { ...prompts(point(1, 1)), idempotencyKey: '' },
        'BAD_USER_INPUT',
        /idempotencyKey: expected 1 to 64/,
      ],
      ['AddPrompts', { ...prompts(point(1, 1)), idempotencyKey: 'k'.repeat(65) }, 'BAD_USER_INPUT', /got 65/],
      ['AddPrompts', { ...prompts(point(1, 1)), objectId, expectedRevision: -1 }, 'CONFLICT', /expectedRevision/],
      ['AddPrompts', prompts({ point: { x: 'NaN', y: 1 } }), 'BAD_USER_INPUT', /Float/],
      ['AddPrompts', prompts({ ...point(1, 1), text: 'both' }), 'BAD_USER_INPUT', /[Ee]xactly one key/],
      ['AddPrompts', prompts({}), 'BAD_USER_INPUT', /[Ee]xactly one key/],
      ['RemovePrompts', { sessionId, objectId, promptIds: ['prm_1'] }, 'NOT_FOUND', /prm_1/],
      ['RemovePrompts', { sessionId, objectId, promptIds: [] }, 'BAD_USER_INPUT', /at least one/],
      ['SelectCandidate', { sessionId, objectId, index: -1 }, 'BAD_USER_INPUT', /index/],
      ['SelectCandidate', { sessionId, objectId, index: 2 ** 31 - 1 }, 'BAD_USER_INPUT', /index/],
      ['AcceptObject', { sessionId, objectId, label: ' ' }, 'BAD_USER_INPUT', /label: expected 1 to 200/],
      ['AcceptObject', { sessionId, objectId, label: 'x'.repeat(201) }, 'BAD_USER_INPUT', /got 201/],
      ['RemoveObject', { sessionId, objectId: '' }, 'NOT_FOUND', /object/],
      ['Preview', prompts(point(-1, 0)), 'BAD_USER_INPUT', /point\.x/],
      ['Preview', { ...prompts(point(1, 1)), objectId: 'obj_1' }, 'NOT_FOUND', /obj_1/],
      ['Preview', prompts({ text: 'x' }), 'UNSUPPORTED_PROMPT', /TEXT/],
      ['MovePointer', { sessionId, pointer: { x: -5, y: 0 } }, 'BAD_USER_INPUT', /pointer\.x/],
      ['MovePointer', { sessionId: NOWHERE, pointer: null }, 'NOT_FOUND', /session/],
      ['Undo', { sessionId: NOWHERE }, 'NOT_FOUND', /session/],
      ['CloseSession', { sessionId: NOWHERE }, 'NOT_FOUND', /session/],
      ['OpenSession', { image: { id: 'img_0' } }, 'NOT_FOUND', /PUT \/images/],
      ['OpenSession', { image: { id: '../../../etc/passwd' } }, 'NOT_FOUND', /image/],
      ['OpenSession', { image: { url: 'http://127.0.0.1/' } }, 'BAD_USER_INPUT', /url/],
      ['OpenSession', { image: { base64: 'no base64!' } }, 'BAD_USER_INPUT', /base64/],
      ['OpenSession', { image: { base64: Buffer.from('no image').toString('base64') } }, 'IMAGE_REJECTED', /JPEG/i],
      ['OpenSession', { image: { base64: 'A'.repeat(720_000) } }, 'TOO_LARGE', /PUT \/images/],
      ['OpenSession', { image: {} }, 'BAD_USER_INPUT', /[Ee]xactly one key/],
    ];
    const base64 = (await picture()).toString('base64');
    cases.push(['OpenSession', { image: { base64 }, modelId: 'sam-9' }, 'NOT_FOUND', /compact/]);
    cases.push(['OpenSession', { image: { base64 }, title: 'x'.repeat(201) }, 'BAD_USER_INPUT', /got 201/]);
    const sessions = async () => at(await ada.post('{ sessions { totalCount } }'), 'data.sessions.totalCount');
    const count = await sessions();
    for (const [name, input, code, message] of cases) {
      const query = operation(name);
      for (const answer of [await ada.run(query, { input }), await ada.post(query, { input })]) {
        const shown = `${name} ${JSON.stringify(input).slice(0, 200)} answered ${JSON.stringify(answer).slice(0, 400)}`;
        expect(codeOf(answer), shown).toBe(code);
        expect(answer.errors?.[0]?.message, shown).toMatch(message);
      }
    }
    expect(await revision()).toEqual(before);
    expect(await sessions()).toBe(count);
  });

  it('gets the same codes in queries', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const cases: [string, Record<string, unknown>, string][] = [
      ['query { sessions(first: 0) { totalCount } }', {}, 'BAD_USER_INPUT'],
      ['query { sessions(first: 101) { totalCount } }', {}, 'BAD_USER_INPUT'],
      ['query { sessions(after: "nonsense") { totalCount } }', {}, 'BAD_USER_INPUT'],
      [`query { masks(sessionId: "${NOWHERE}") { totalCount } }`, {}, 'NOT_FOUND'],
      [`query { masks(sessionId: "${sessionId}", first: 201) { totalCount } }`, {}, 'BAD_USER_INPUT'],
      [`query { session(id: "${sessionId}") { image { thumbnailUrl(longestSide: 5000) } } }`, {}, 'BAD_USER_INPUT'],
      [
        'query ($t: String!) { sessions(filter: { titleContains: $t }) { totalCount } }',
        { t: 'x'.repeat(201) },
        'BAD_USER_INPUT',
      ],
      ['query { nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      ['query { session(id: ', {}, 'GRAPHQL_PARSE_FAILED'],
    ];
    for (const [query, variables, code] of cases) {
      expect([query, codeOf(await ada.run(query, variables))]).toEqual([query, code]);
      expect([query, codeOf(await ada.post(query, variables))]).toEqual([query, code]);
    }
    // The socket on which all this was said still works.
    expect(at(await ada.run('{ models { id } }'), 'data.models.0.id')).toBe('compact');
  });

  it('ends a subscription with an error and leaves the socket open', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const first = async (name: string, variables: Record<string, unknown>) => {
      const iterator = ada.client.iterate({ query: operation(name), variables });
      return iterator.next().then(
        ({ value }) => codeOf(value as Answer),
        (error: unknown) => at(error, '0.extensions.code'),
      );
    };
    expect(await first('SessionEvents', { sessionId: NOWHERE })).toBe('NOT_FOUND');
    expect(await first('SessionEvents', { sessionId, after: '999' })).toBe('BAD_USER_INPUT');
    expect(await first('SessionEvents', { sessionId, after: 'x; DROP TABLE entry' })).toBe('BAD_USER_INPUT');
    expect(await first('MaskUpdates', { sessionId: NOWHERE })).toBe('NOT_FOUND');
    expect(await first('Presence', { sessionId: NOWHERE })).toBe('NOT_FOUND');
    expect(at(await ada.run('{ models { id } }'), 'data.models.0.id')).toBe('compact');
  });

  it('finds a closed session closed, for reading open', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const sessionId = await openSession(ada);
    const objectId = await click(ada, sessionId);
    await ada.do('CloseSession', { sessionId });
    await ada.do('CloseSession', { sessionId });
    for (const [name, input] of [
      ['AddPrompts', { sessionId, prompts: [{ point: DISC }] }],
      ['AcceptObject', { sessionId, objectId, label: 'x' }],
      ['RemoveObject', { sessionId, objectId }],
      ['Undo', { sessionId }],
      ['Redo', { sessionId }],
      ['Preview', { sessionId, prompts: [{ point: DISC }] }],
    ] as const) {
      expect([name, codeOf(await ada.run(operation(name), { input }))]).toEqual([name, 'SESSION_CLOSED']);
    }
    const state = await post(url, operation('SessionState'), { id: sessionId });
    expect(at(state, 'data.session')).toMatchObject({ status: 'CLOSED', objects: [{ id: objectId }] });
  });
});

describe('limits of a session', () => {
  it.each([
    ['objectsPerSession', 2],
    ['participantsPerSession', 2],
    ['eventsPerSession', 6],
    ['stepsPerObject', 2],
  ] as const)('answer TOO_LARGE and leave the session usable: %s', async (limit, value) => {
    const { url } = await serve({ [limit]: value });
    const people = ['ada', 'bo', 'cy'].map((id) => new Person(url, id));
    const [ada] = people;
    if (!ada) throw new Error('There is nobody.');
    const sessionId = await openSession(ada);
    const objectId = await click(ada, sessionId);
    const answers: Answer[] = [];
    for (let i = 0; i < 6; i++) {
      const person = (limit === 'participantsPerSession' ? people[i % 3] : ada) ?? ada;
      const input = { sessionId, prompts: [{ point: DISC }], ...(limit === 'stepsPerObject' ? { objectId } : {}) };
      answers.push(await person.run(operation('AddPrompts'), { input }));
    }
    const refused = answers.filter((answer) => codeOf(answer) === 'TOO_LARGE');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.errors?.[0]?.extensions['limit']).toBe(limit);
    expect(at(await ada.do('CloseSession', { sessionId }), 'closeSession.session.status')).toBe('CLOSED');
  });
});
