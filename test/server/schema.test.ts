import { execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { resolvers } from '#src/resolvers/resolvers.js';
import { executableSchema, readContract } from '#src/server/schema.js';

const sdl = `
  scalar Instant
  interface Shape { area: Int! }
  type Square implements Shape { area: Int! side: Int! }
  type Query { shape: Shape! at: Instant! }
  type Subscription { tick: Int! }
`;

describe('executableSchema', () => {
  it('attaches field resolvers, type resolvers, scalar functions and subscription sources', () => {
    const subscribe = () => undefined;
    const schema = executableSchema(sdl, {
      Query: { shape: () => ({ side: 3 }), at: () => new Date(0) },
      Shape: { __resolveType: () => 'Square' },
      Square: { area: ({ side }: { side: number }) => side * side },
      Instant: { serialize: (date: Date) => date.toISOString() },
      Subscription: { tick: { subscribe } },
    });
    const result = execute({ schema, document: parse('{ shape { area ... on Square { side } } at }') });
    expect(result).toEqual({ data: { shape: { area: 9, side: 3 }, at: '1970-01-01T00:00:00.000Z' } });
    expect(schema.getSubscriptionType()?.getFields()['tick']?.subscribe).toBe(subscribe);
  });

  it.each([
    ['a type that does not exist', { Circle: {} }, 'Circle'],
    ['a field that does not exist', { Query: { form: () => 1 } }, 'Query.form'],
    ['a member that interfaces do not have', { Shape: { area: () => 1 } }, 'Shape.area'],
  ])('refuses a resolver for %s', (_what, resolvers, named) => {
    expect(() => executableSchema(sdl, resolvers)).toThrow(named);
  });

  it('takes the resolvers of this server', () => {
    expect(() => executableSchema(readContract(), resolvers)).not.toThrow();
  });
});
