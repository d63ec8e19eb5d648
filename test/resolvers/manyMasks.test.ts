import { describe, expect, it } from 'vitest';
import { at, click, codeOf, dataOf, isCandidates, openSession, operation, Person, serve } from './support.js';

/** With three candidates each in two forms, more than any queue would hold that is made for single masks. */
const OBJECTS = 60;

/** A session of many objects with candidates, of whose forms none has been computed. */
async function fullSession(person: Person): Promise<string> {
  const sessionId = await openSession(person);
  const decoded = `subscription ($sessionId: ID!) {
    sessionEvents(sessionId: $sessionId, after: "0") { event { __typename } }
  }`;
  const feed = person.client.iterate({ query: decoded, variables: { sessionId } });
  for (let i = 0; i < OBJECTS; i++) {
    await click(person, sessionId, { prompts: [{ point: { x: 5 * i, y: 3 * i } }] });
  }
  let missing = OBJECTS;
  for await (const event of feed) if (isCandidates(at(event, 'data')) && --missing === 0) break;
  return sessionId;
}

describe('a session with many objects', () => {
  it('answers a query for every form of every candidate', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const id = await fullSession(ada);
    const everything = `query ($id: ID!) {
      session(id: $id) { objects { candidates { mask { polygons(tolerance: 2) svgPath(tolerance: 2) png } } } }
    }`;
    const answer = dataOf(await ada.run(everything, { id }));
    const objects = at(answer, 'session.objects') as readonly unknown[];
    expect(objects).toHaveLength(OBJECTS);
    for (const object of objects) expect(at(object, 'candidates.0.mask.svgPath')).toMatch(/^M/);
  });

  it('answers subscribers that read it from its beginning while others query all of it', async () => {
    const { url } = await serve({ representationCacheBytes: 0 });
    const ada = new Person(url, 'ada');
    const sessionId = await fullSession(ada);
    const bo = new Person(url, 'bo');
    const queries = Array.from({ length: 4 }, () => bo.run(operation('SessionState'), { id: sessionId }));
    const feeds = Array.from({ length: 6 }, () => ada.follow('SessionEvents', { sessionId, after: '0' }));
    const read = feeds.map(async (feed) => {
      const seen: unknown[] = [];
      while (seen.filter(isCandidates).length < OBJECTS) seen.push(await feed.next());
      return seen.map((event) => at(event, 'sessionEvents.revision'));
    });
    for (const revisions of await Promise.all(read)) expect(revisions).toEqual(revisions.map((_, i) => i + 1));
    for (const answer of await Promise.all(queries)) {
      expect(at(dataOf(answer), 'session.objects')).toHaveLength(OBJECTS);
    }
  });

  it('refuses a query over maxWaitingMaskForms, and no subscriber beside it', async () => {
    const { url } = await serve({ maxWaitingMaskForms: 20 });
    const ada = new Person(url, 'ada');
    const sessionId = await fullSession(ada);
    const query = ada.run(operation('SessionState'), { id: sessionId });
    const feed = ada.follow('SessionEvents', { sessionId, after: '0' });
    for (let missing = OBJECTS; missing > 0;) if (isCandidates(await feed.next())) missing--;
    const refused = await query;
    expect(codeOf(refused)).toBe('OVERLOADED');
    expect(refused.errors?.[0]?.extensions).toMatchObject({ limit: 'maxWaitingMaskForms', retryAfterMs: 1000 });
  });
});
