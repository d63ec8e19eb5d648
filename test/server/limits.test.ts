import { readFileSync } from 'node:fs';
import { getIntrospectionQuery, Kind, parse, print, specifiedRules, validate, type DocumentNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { MaskwireError } from '#src/errors.js';
import { configWith } from '#src/server/config.js';
import { Documents, RefusedDocument } from '#src/server/documents.js';
import { assertReadable, limitRules, parseOptions } from '#src/server/limits.js';
import { executableSchema, readContract } from '#src/server/schema.js';

const schema = executableSchema(readContract(), {});
const limits = configWith({});
const operations = parse(readFileSync(new URL('../contract/operations.graphql', import.meta.url), 'utf8'));

function problems(document: DocumentNode): readonly string[] {
  const text = print(document);
  assertReadable(text, limits);
  const parsed = parse(text, parseOptions(limits));
  return validate(schema, parsed, [...specifiedRules, ...limitRules(limits)]).map(({ message }) => message);
}

/** Each operation with the fragments that it uses, as a client sends it. */
function single(name: string): DocumentNode {
  const used = new Set<string>();
  const find = (text: string) => {
    for (const [, fragment = ''] of text.matchAll(/\.\.\.(\w+)/g)) {
      const definition = operations.definitions.find(
        (d) => d.kind === Kind.FRAGMENT_DEFINITION && d.name.value === fragment,
      );
      if (!definition || used.has(fragment)) continue;
      used.add(fragment);
      find(print(definition));
    }
  };
  const own = operations.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION && d.name?.value === name);
  own.forEach((definition) => find(print(definition)));
  const fragments = operations.definitions.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION && used.has(d.name.value));
  return { kind: Kind.DOCUMENT, definitions: [...own, ...fragments] };
}

const names = operations.definitions.flatMap((d) =>
  d.kind === Kind.OPERATION_DEFINITION && d.name ? [d.name.value] : [],
);

/** With the type's name in each selection, as clients that keep a cache add it. */
const withTypenames = (document: DocumentNode) => parse(print(document).replaceAll('{\n', '{ __typename\n'));

describe('the default limits', () => {
  it.each(names)('let the contract’s operation %s pass', (name) => {
    expect(problems(single(name))).toEqual([]);
  });

  it('let all operations of the contract in one document pass', () => {
    expect(problems(operations)).toEqual([]);
  });

  it('let them pass in one document with the type’s name in each selection', () => {
    expect(() => assertReadable(print(withTypenames(operations)), limits)).not.toThrow();
  });

  it('let as many prompts as one call takes pass where they are written into the document', () => {
    const prompts = Array.from({ length: 64 }, (_, i) => `{ point: { x: ${i}, y: 1 } }`).join(' ');
    const document = `mutation { addPrompts(input: { sessionId: "s", prompts: [${prompts}] }) { object { id } } }`;
    expect(problems(parse(document))).toEqual([]);
  });

  it('let the introspection of GraphiQL and of code generators pass', () => {
    const options = {
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
    };
    expect(problems(parse(getIntrospectionQuery({ ...options, oneOf: true })))).toEqual([]);
  });

  it('let a page of sessions with their objects and masks pass', () => {
    const document = `{ sessions(first: 20) { nodes { id objects { id label selectedCandidate { mask { rle { counts } } } } } } }`;
    expect(problems(parse(document))).toEqual([]);
  });

  it('refuse documents that multiply fields by fragments', () => {
    const fragments = Array.from({ length: 12 }, (_, i) => `fragment F${i} on Session { ...F${i + 1} ...F${i + 1} }`);
    const document = `query ($id: ID!) { session(id: $id) { ...F0 } } ${fragments.join(' ')} fragment F12 on Session { id }`;
    expect(problems(parse(document)).join()).toMatch(/limit/);
  });
});

describe('a document that someone made to take long', () => {
  const many = (count: number, part: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => part(i)).join(' ');
  const hostile: Readonly<Record<string, string>> = {
    'one object again and again': `{ ${many(240, () => 'models { id }')} }`,
    'as often as the limits allow': `{ ${many(120, () => 'models { id }')} }`,
    'fields that do not exist': `{ ${many(990, (i) => `modelz${i}`)} }`,
    'long names that do not exist': `{ ${many(60, (i) => `${'x'.repeat(1000)}${i}`)} }`,
    'longer ones, as far as a request reaches': `{ ${many(900, (i) => `${'x'.repeat(1000)}${i}`)} }`,
    comments: `{ models { id } }${'#\n'.repeat(500_000)}`,
    'a block of text': `{ node(id: """${'\n a'.repeat(300_000)}""") { id } }`,
    'fragments in circles': `query ($id: ID!) { session(id: $id) { ...F0 } } ${many(
      25,
      (i) => `fragment F${i} on Session { ${many(12, (j) => `...F${j}`)} }`,
    )}`,
    'fields of an input that do not exist': `mutation { addPrompts(input: { ${many(300, (i) => `x${i}: 1`)} }) { object { id } } }`,
    'types of events again and again': `subscription ($id: ID!) { sessionEvents(sessionId: $id) { event { ${many(
      60,
      () => '... on PromptsAdded { object { id } } ... on ObjectAccepted { object { id } }',
    )} } } }`,
  };

  // On a quiet machine none takes 15 ms. The time of the processor, for tests run beside other work.
  it.each(Object.entries(hostile))('does not hold the server up: %s', (_name, text) => {
    const times = Array.from({ length: 5 }, () => {
      const documents = new Documents(schema, limits);
      const before = process.cpuUsage();
      try {
        documents.read(text, null);
      } catch (error) {
        if (!(error instanceof RefusedDocument || error instanceof MaskwireError)) throw error;
      }
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(40);
  });
});
