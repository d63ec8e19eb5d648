import { readFileSync } from 'node:fs';
import { getIntrospectionQuery, Kind, parse, print, specifiedRules, validate, type DocumentNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { configWith } from '#src/server/config.js';
import { limitRules, parseOptions } from '#src/server/limits.js';
import { executableSchema, readContract } from '#src/server/schema.js';

const schema = executableSchema(readContract(), {});
const limits = configWith({});
const operations = parse(readFileSync(new URL('../contract/operations.graphql', import.meta.url), 'utf8'));

function problems(document: DocumentNode): readonly string[] {
  const parsed = parse(print(document), parseOptions(limits));
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

describe('the default limits', () => {
  it.each(names)('let the contract’s operation %s pass', (name) => {
    expect(problems(single(name))).toEqual([]);
  });

  it('let all operations of the contract in one document pass', () => {
    expect(problems(operations)).toEqual([]);
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
