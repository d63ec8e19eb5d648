import { readFileSync } from 'node:fs';
import {
  buildSchema,
  isAbstractType,
  isObjectType,
  isScalarType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** A function, or for a subscription field an object that holds `subscribe` and perhaps `resolve`. */
type FieldResolver = ((...args: never) => unknown) | { subscribe?: unknown; resolve?: unknown };

/** By type name: field resolvers, `__resolveType` and `__isTypeOf`; for a scalar its functions. */
export type ResolverMap = Readonly<Record<string, object>>;

/** The text of the public contract, `schema.graphql` at the root of the package. */
export function readContract(): string {
  return readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
}

/**
 * Makes an executable schema of SDL and resolvers. Fields without a resolver read the property of their name.
 * @throws Error for a resolver that belongs to nothing in the schema: a renamed field must not lose its resolver silently.
 */
export function executableSchema(sdl: string, resolvers: ResolverMap): GraphQLSchema {
  const schema = buildSchema(sdl);
  for (const [typeName, members] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (isObjectType(type)) attachFields(type, members);
    else if (isAbstractType(type)) assign(type, typeName, members, ['resolveType']);
    else if (isScalarType(type)) assign(type, typeName, members, ['serialize', 'parseValue', 'parseLiteral']);
    else throw new Error(`Resolvers are given for ${typeName}, which is no type with resolvers in the schema.`);
  }
  return schema;
}

function attachFields(type: GraphQLObjectType, members: object): void {
  const fields = type.getFields();
  for (const [name, resolver] of Object.entries(members) as [string, FieldResolver][]) {
    const field = fields[name];
    if (field) Object.assign(field, typeof resolver === 'function' ? { resolve: resolver } : resolver);
    else assign(type, type.name, { [name]: resolver }, ['isTypeOf']);
  }
}

/** Sets members under their own name or, as `__resolveType` is usually written, with two underscores before it. */
function assign(type: object, typeName: string, members: object, allowed: readonly string[]): void {
  for (const [name, value] of Object.entries(members)) {
    const plain = name.replace(/^__/, '');
    if (!allowed.includes(plain)) throw new Error(`A resolver is given for ${typeName}.${name}, which does not exist.`);
    Object.assign(type, { [plain]: value as unknown });
  }
}
