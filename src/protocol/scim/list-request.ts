import { createHash } from 'node:crypto';
import type { ResourceType } from './attribute.js';
import { type Filter, parseFilter } from './filter.js';
import { type Projection, readProjection } from './projection.js';
import { badRequest } from './scim-error.js';

/** Resources of a page: the most, and what a request that does not say gets. */
export const pageSizes = { max: 200, default: 100 } as const;

/** What stands at the end of a page: the value that the list is sorted by, and the id. */
export interface Place {
  readonly value: string | number;
  readonly id: string;
}

/** A list that a client asks for (RFC 7644 §3.4.2 and §3.4.3, RFC 9865). */
export interface ListRequest {
  readonly filter: Filter | undefined;
  /** A path; undefined for the order of creation. */
  readonly sortBy: string | undefined;
  readonly descending: boolean;
  readonly count: number;
  /** From 1; undefined if the page is named by a cursor. */
  readonly startIndex: number | undefined;
  /** After what a page named by a cursor begins; undefined for the first one. */
  readonly after: Place | undefined;
  readonly projection: Projection;
  /** What a cursor belongs to: the filter and the order. */
  readonly mark: string;
}

/**
 * Reads the parameters of a list, from a query or the body of a search.
 * @throws ScimError 400
 */
export function readListRequest(type: ResourceType, given: Readonly<Record<string, unknown>>): ListRequest {
  const filter = textOf(given, 'filter');
  const sortBy = textOf(given, 'sortBy');
  const sortOrder = textOf(given, 'sortOrder')?.toLowerCase() ?? 'ascending';
  if (sortOrder !== 'ascending' && sortOrder !== 'descending')
    throw badRequest('invalidValue', 'sortOrder must be ascending or descending');
  const cursor = given['cursor'] === '' ? '' : textOf(given, 'cursor');
  const startIndex = integerOf(given, 'startIndex');
  if (cursor !== undefined && startIndex !== undefined)
    throw badRequest('invalidValue', 'cursor and startIndex cannot be given together');
  const mark = markOf([type.name, filter, sortBy, sortOrder]);
  return {
    filter: filter === undefined ? undefined : parseFilter(filter),
    sortBy,
    descending: sortOrder === 'descending',
    count: Math.min(Math.max(integerOf(given, 'count') ?? pageSizes.default, 0), pageSizes.max),
    startIndex: cursor === undefined ? Math.max(startIndex ?? 1, 1) : undefined,
    after: cursor ? readCursor(cursor, mark) : undefined,
    projection: readProjection(type, given['attributes'], given['excludedAttributes']),
    mark,
  };
}

function textOf(given: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = given[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw badRequest('invalidValue', `${name} must be given once, as text`);
  return value;
}

function integerOf(given: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = given[name];
  if (value === undefined || value === null || value === '') return undefined;
  const isText = typeof value === 'string' || typeof value === 'number';
  if (!isText || !/^-?\d{1,9}$/.test(String(value)))
    throw badRequest('invalidValue', `${name} must be an integer`);
  return Number(value);
}

const markOf = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);

export const writeCursor = ({ value, id }: Place, mark: string): string =>
  Buffer.from(JSON.stringify([mark, value, id])).toString('base64url');

/** @throws ScimError 400 invalidCursor if it is not one of ours, or one of another list */
function readCursor(cursor: string, mark: string): Place {
  try {
    const [owner, value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (owner === mark && (typeof value === 'string' || typeof value === 'number') && typeof id === 'string')
      if (![value, id].some((part) => typeof part === 'string' && part.includes('\0'))) return { value, id };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
  }
  throw badRequest('invalidCursor', 'the cursor is not one of this list: begin again with an empty cursor');
}
