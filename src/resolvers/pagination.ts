import { MaskwireError } from '../errors.js';

/** One page of a list, in Relay's form. */
export interface Connection<N> {
  readonly edges: readonly { readonly cursor: string; readonly node: N }[];
  readonly nodes: readonly N[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

/**
 * @param items one more than `first` where there are more; `place` is the item's position in the list's order.
 * @param after the place after which the page begins; null for the beginning.
 */
export function connection<N>(
  list: string,
  items: readonly { readonly place: number; readonly node: N }[],
  { first, after, totalCount }: { readonly first: number; readonly after: number | null; readonly totalCount: number },
): Connection<N> {
  const edges = items.slice(0, first).map(({ place, node }) => ({ cursor: toCursor(list, place), node }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: items.length > first,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}

/** @throws MaskwireError BAD_USER_INPUT unless 1 <= first <= max. */
export function pageSize(first: number | null | undefined, fallback: number, max: number): number {
  const size = first ?? fallback;
  if (size < 1 || size > max) throw new MaskwireError('BAD_USER_INPUT', `first: expected 1 to ${max}, got ${size}.`);
  return size;
}

/**
 * The place that a cursor of this list names; null for none.
 * @throws MaskwireError BAD_USER_INPUT for what is no cursor of this list.
 */
export function fromCursor(list: string, cursor: string | null | undefined): number | null {
  if (cursor == null) return null;
  const [name, place] = Buffer.from(cursor, 'base64url').toString().split(':');
  if (name !== list || !/^\d{1,15}$/.test(place ?? '')) {
    throw new MaskwireError('BAD_USER_INPUT', `after: expected a cursor of this list, got ${JSON.stringify(cursor)}.`);
  }
  return Number(place);
}

function toCursor(list: string, place: number): string {
  return Buffer.from(`${list}:${place}`).toString('base64url');
}
