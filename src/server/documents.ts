import { getOperationAST, GraphQLError, parse, specifiedRules, validate } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { assertReadable, limitRules, parseOptions, type QueryLimits } from './limits.js';
import { wrapError } from './presentation.js';

/** Characters of the documents that are kept; clients send the same few again and again. */
const keptCharacters = 1024 * 1024;
/** A longer document, most likely one with data written into it, is not kept. */
const longestKept = 16 * 1024;

/** A document that is refused before anything runs. */
export class RefusedDocument extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('The document was refused.');
  }
}

export interface RequestedOperation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
}

/** Parses and validates documents as Apollo Server does over HTTP, and like it only once for each text. */
export class Documents {
  readonly #valid = new LRUCache<string, DocumentNode>({
    maxSize: keptCharacters,
    maxEntrySize: longestKept,
    sizeCalculation: (_document, text) => Math.max(1, text.length),
  });
  readonly #rules;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly limits: QueryLimits,
  ) {
    this.#rules = [...specifiedRules, ...limitRules(limits)];
  }

  /** @throws MaskwireError TOO_LARGE; RefusedDocument for text that is no valid document within the limits, or lacks the operation. */
  read(text: string, operationName: string | null | undefined): RequestedOperation {
    let document = this.#valid.get(text);
    if (!document) {
      document = this.#validated(text);
      this.#valid.set(text, document);
    }
    const definition = getOperationAST(document, operationName);
    if (definition) return { document, definition };
    const got = operationName ?? '(none)';
    const error = new GraphQLError(`operationName: expected the name of an operation in the document; got ${got}`);
    throw new RefusedDocument([wrapError(error, 'BAD_REQUEST')]);
  }

  #validated(text: string): DocumentNode {
    assertReadable(text, this.limits);
    let document: DocumentNode;
    try {
      document = parse(text, parseOptions(this.limits));
    } catch (error) {
      throw new RefusedDocument([wrapError(error, 'GRAPHQL_PARSE_FAILED')]);
    }
    const invalid = validate(this.schema, document, this.#rules);
    if (invalid.length === 0) return document;
    throw new RefusedDocument(invalid.map((error) => wrapError(error, 'GRAPHQL_VALIDATION_FAILED')));
  }
}
