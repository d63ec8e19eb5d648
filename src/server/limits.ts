import { costLimitRule } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { GraphQLError, type ParseOptions, type ValidationContext, type ValidationRule } from 'graphql';
import type { Config } from './settings.js';

export type QueryLimits = Pick<
  Config,
  'maxQueryTokens' | 'maxQueryDepth' | 'maxQueryCost' | 'maxQueryAliases' | 'maxQueryDirectives'
>;

/** What every document is parsed with, on both transports. */
export function parseOptions(limits: QueryLimits): ParseOptions {
  return { maxLexicalTokens: limits.maxQueryTokens };
}

/** The rules that every document is held to beside those of GraphQL itself, on both transports. */
export function limitRules(limits: QueryLimits): ValidationRule[] {
  return [
    maxDepthRule({ n: limits.maxQueryDepth, ...reportAs('maxQueryDepth') }),
    costLimitRule({ maxCost: limits.maxQueryCost, flattenFragments: true, ...reportAs('maxQueryCost') }),
    maxAliasesRule({ n: limits.maxQueryAliases, ...reportAs('maxQueryAliases') }),
    maxDirectivesRule({ n: limits.maxQueryDirectives, ...reportAs('maxQueryDirectives') }),
  ];
}

/** Reports a document over a limit as a validation error that names the limit, instead of the rules' own way: to throw. */
function reportAs(limit: keyof QueryLimits) {
  const report = (context: ValidationContext | null, error: GraphQLError) => {
    const message = error.message.replace(/^Syntax Error: /, '');
    context?.reportError(new GraphQLError(message, { extensions: { limit } }));
  };
  return { propagateOnRejection: false, onReject: [report] };
}
