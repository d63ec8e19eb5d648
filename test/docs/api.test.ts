import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { at, Person, serve, text, upload } from '../resolvers/support.js';

const guide = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');

/** The examples of the guide, in order: a document and its variables. */
const examples = [...guide.matchAll(/```graphql\n(.*?)```\s+```json\n(.*?)```/gs)].map(
  ([, query = '', variables = '']) => ({
    name: /^(?:query|mutation|subscription) (\w+)/.exec(query)?.[1] ?? '',
    query,
    variables,
  }),
);

describe('docs/api.md', () => {
  it('gives every document its variables', () => {
    expect(examples).toHaveLength([...guide.matchAll(/```graphql/g)].length);
    expect(examples.length).toBeGreaterThan(10);
  });

  it('shows examples that work, in their order', async () => {
    const { url } = await serve();
    const ada = new Person(url, 'ada');
    const photo = await readFile(new URL('../../samples/fruit-bowl.jpg', import.meta.url));
    const ids: Record<string, string> = { $IMAGE: (await upload(url, photo)).id };
    for (const { name, query, variables } of examples) {
      const filled = variables.replace(/\$(IMAGE|SESSION|OBJECT)/g, (id) => ids[id] ?? id);
      const answer = await ada.run(query, JSON.parse(filled) as Record<string, unknown>);
      expect(answer.errors, `${name}: ${filled}`).toBeUndefined();
      expect(answer.data, name).toBeTruthy();
      if (name === 'Open') ids['$SESSION'] = text(answer, 'data.openSession.session.id');
      if (name === 'Click') ids['$OBJECT'] = text(answer, 'data.addPrompts.object.id');
      if (name === 'Click' || name === 'Refine') await answered(ada, ids);
      if (name === 'Lists') {
        expect(at(answer, 'data.masks.nodes.0')).toMatchObject({ object: { label: 'orange' } });
        expect(at(answer, 'data.sessions.totalCount')).toBe(1);
      }
    }
  });
});

/** Waits until the object's newest prompts have candidates, as the guide's reader would. */
async function answered(person: Person, ids: Record<string, string>): Promise<void> {
  const query = 'query ($id: ID!) { node(id: $id) { ... on SegmentedObject { revision candidatesRevision } } }';
  const isAnswered = async () => {
    const { data } = await person.run(query, { id: ids['$OBJECT'] });
    return at(data, 'node.revision') === at(data, 'node.candidatesRevision');
  };
  await expect.poll(isAnswered, { timeout: 20_000 }).toBe(true);
}
