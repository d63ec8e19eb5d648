import { costLimitRule } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import type { ParseOptions, ValidationContext, ValidationRule } from 'graphql';
import { MaskwireError } from '#src/errors.js';
import type { Config } from './settings.js';

export type QueryLimits = Pick<
  Config,
  | 'maxQueryCharacters'
  | 'maxQueryTokens'
  | 'maxQueryRepetition'
  | 'maxQueryDepth'
  | 'maxQueryCost'
  | 'maxQueryAliases'
  | 'maxQueryDirectives'
>;

/**
 * Refuses what would take long to parse or to validate, before either begins, on both transports: text that is mostly
 * comments or data, which no count of tokens bounds, and names that stand there again and again, because GraphQL compares
 * each field with every other of its name.
 * @throws MaskwireError TOO_LARGE, with the limit in `details.limit`.
 */
export function assertReadable(text: string, limits: QueryLimits): void {
  const { maxQueryCharacters, maxQueryRepetition } = limits;
  if (text.length > maxQueryCharacters) {
    throw tooLarge(
      'maxQueryCharacters',
      `Expected a document of at most ${maxQueryCharacters} characters; got ${text.length}: put data into variables.`,
    );
  }
  if (repetitionOf(text, limits) > maxQueryRepetition) {
    throw tooLarge(
      'maxQueryRepetition',
      `Expected a document in which no names stand so often that their counts, squared, sum up to more than ` +
        `${maxQueryRepetition}: split it, or put data into variables.`,
    );
  }
}

/** The sum, over the names in the text, of the square of how often each stands there; 0 for what the parser refuses. */
function repetitionOf(text: string, { maxQueryTokens }: QueryLimits): number {
  const counts = new Map<string, number>();
  const lexer = new Lexer(new Source(text));
  let repetition = 0;
  try {
    for (let tokens = 0; lexer.advance().kind !== TokenKind.EOF; tokens++) {
      if (tokens > maxQueryTokens) return 0;
      const { kind, value } = lexer.token;
      if (kind !== TokenKind.NAME) continue;
      const count = counts.get(value) ?? 0;
      counts.set(value, count + 1);
      repetition += 2 * count + 1;
    }
  } catch (error) {
    if (error instanceof GraphQLError) return 0;
    throw error;
  }
  return repetition;
}

function tooLarge(limit: keyof QueryLimits, message: string): MaskwireError {
  return new MaskwireError('TOO_LARGE', message, { limit });
}

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
