import type { Database } from '../database.js';
import type { Filter, FilterValue } from '../../protocol/scim/filter.js';
import { type AttributePath, resolvePath, type ResourceType } from '../../protocol/scim/attribute.js';
import { badRequest } from '../../protocol/scim/scim-error.js';
import type { Condition } from '../sql.js';
import { type DefinedValue, hasValue, isValue } from './scim-defined-values.js';

/** How an attribute is found in the database. Conditions are never NULL, so that they can be negated. */
export type Searchable =
  /** Text that is compared as it is, or, if it has a key, as that. */
  | { readonly kind: 'exact'; readonly column: string; readonly keyOf?: (text: string) => string }
  /** Text that is compared in any case. */
  | { readonly kind: 'text'; readonly column: string }
  | { readonly kind: 'time'; readonly column: string }
  /** Something that is so or not, as a condition. */
  | { readonly kind: 'flag'; readonly condition: string }
  /** The id of something that the row is linked to, as a SELECT of the ids of rows that are. */
  | { readonly kind: 'link'; readonly rows: string; readonly any: string; readonly id: string }
  | DefinedValue;

/** By the path of the attribute, with the URI of its extension before it. */
export type Searchables = Readonly<Record<string, Searchable>>;

/** What a list is sorted by: an expression that is never NULL, and how its value is read from a cursor. */
export interface Order {
  readonly sql: string;
  /** @throws ScimError 400 invalidCursor */
  readonly read: (value: string | number) => string | number;
}

/** Makes the condition of a filter. */
export class ScimConditions {
  constructor(
    private readonly database: Database,
    private readonly type: ResourceType,
    private readonly searchables: Searchables,
  ) {}

  /**
   * @param within the attribute in whose brackets the filter stands
   * @throws ScimError 400 invalidFilter
   */
  of(filter: Filter, within = ''): Condition {
    switch (filter.kind) {
      case 'and':
      case 'or': {
        const parts = filter.of.map((part) => this.of(part, within));
        return {
          sql: `(${parts.map(({ sql }) => sql).join(filter.kind === 'and' ? ' AND ' : ' OR ')})`,
          values: parts.flatMap(({ values }) => values),
        };
      }
      case 'not': {
        const { sql, values } = this.of(filter.of, within);
        return { sql: `NOT (${sql})`, values };
      }
      case 'values':
        if (within !== '') throw unsupported(filter.path);
        return this.of(filter.of, `${filter.path}.`);
      case 'present':
        return present(this.find(within + filter.path));
      default: {
        const searchable = this.find(within + filter.path);
        if (filter.value !== null) return this.compare(searchable, filter.by, filter.value, filter.path);
        if (filter.by !== 'eq' && filter.by !== 'ne') throw unsupported(filter.path);
        const { sql, values } = present(searchable);
        return filter.by === 'ne' ? { sql, values } : { sql: `NOT (${sql})`, values };
      }
    }
  }

  /** What a list is sorted by. @throws ScimError 400 invalidPath */
  orderOf(path: string): Order {
    const searchable = this.searchables[this.keyOf(path) ?? ''];
    switch (searchable?.kind) {
      case 'time':
        return { sql: searchable.column, read: readTime };
      case 'exact':
        return {
          sql: searchable.column.endsWith('.id') ? searchable.column : `COALESCE(${searchable.column}, '')`,
          read: String,
        };
      case 'text':
        return { sql: `COALESCE(${this.database.lowered(searchable.column)}, '')`, read: String };
      default:
        throw badRequest('invalidPath', `a list cannot be sorted by ${path.slice(0, 100)}`);
    }
  }

  private find(path: string): Searchable {
    const searchable = this.searchables[this.keyOf(path) ?? ''];
    if (!searchable) throw unsupported(path);
    return searchable;
  }

  /** A multi-valued attribute, or a complex one, stands for its `value` (RFC 7644 §3.4.2.2). */
  private keyOf(path: string): string | undefined {
    const found = resolvePath(this.type, path);
    if (!found?.attribute) return undefined;
    const key = nameOf(found);
    const isWhole = found.sub === undefined && found.attribute.type === 'complex';
    return isWhole ? `${key}.value` : key;
  }

  private compare(searchable: Searchable, by: string, value: FilterValue, path: string): Condition {
    if (searchable.kind === 'flag') return ofFlag(searchable.condition, by, value, path);
    if (searchable.kind === 'time') return ofTime(searchable.column, by, value, path);
    if (searchable.kind === 'link') {
      if (by !== 'eq' && by !== 'ne') throw unsupported(path);
      const sql = `${searchable.id} IN (${searchable.rows})`;
      return { sql: by === 'eq' ? sql : `NOT (${sql})`, values: [String(value)] };
    }
    if (searchable.kind === 'defined') {
      if (by !== 'eq' && by !== 'ne') throw unsupported(path);
      const { sql, values } = isValue(this.database, searchable, value);
      return { sql: by === 'eq' ? sql : `NOT (${sql})`, values };
    }
    const keyOf = searchable.kind === 'text' ? lowerCase : (searchable.keyOf ?? ((text: string) => text));
    const column = searchable.kind === 'text' ? this.database.lowered(searchable.column) : searchable.column;
    return ofText(column, by, keyOf(String(value)), searchable.column);
  }
}

function readTime(value: string | number): number {
  const seconds = Number(value);
  if (!Number.isSafeInteger(seconds)) throw badRequest('invalidCursor', 'the cursor is not one of this list');
  return seconds;
}

const nameOf = ({ extension, attribute, sub }: AttributePath): string =>
  `${extension === undefined ? '' : `${extension}:`}${attribute?.name}${sub ? `.${sub.name}` : ''}`;

const lowerCase = (text: string): string => text.toLowerCase();

const unsupported = (path: string): Error =>
  badRequest('invalidFilter', `the filter is not supported: this cannot be asked of ${path.slice(0, 100)}`);

function present(searchable: Searchable): Condition {
  if (searchable.kind === 'flag') return { sql: '1 = 1', values: [] };
  if (searchable.kind === 'link') return { sql: `${searchable.id} IN (${searchable.any})`, values: [] };
  if (searchable.kind === 'defined') return hasValue(searchable);
  return { sql: `${searchable.column} IS NOT NULL`, values: [] };
}

function ofFlag(condition: string, by: string, value: FilterValue, path: string): Condition {
  // Entra ID sends "True" as text.
  const expected = /^(?:true|false)$/i.test(String(value)) ? /^true$/i.test(String(value)) : undefined;
  if (expected === undefined || (by !== 'eq' && by !== 'ne')) throw unsupported(path);
  return { sql: expected === (by === 'eq') ? condition : `NOT (${condition})`, values: [] };
}

const orders: Readonly<Record<string, string>> = { gt: '>', ge: '>=', lt: '<', le: '<=' };

/** Times are kept in seconds: a fraction is compared as such. */
function ofTime(column: string, by: string, value: FilterValue, path: string): Condition {
  const seconds = typeof value === 'string' && /^\d{4}-/.test(value) ? Date.parse(value) / 1_000 : Number.NaN;
  if (Number.isNaN(seconds))
    throw badRequest('invalidFilter', `${path} is compared with a time, such as "2026-01-31T12:00:00Z"`);
  const operator = by === 'eq' ? '=' : by === 'ne' ? '<>' : orders[by];
  if (operator === undefined) throw unsupported(path);
  const [whole, isWhole] = [Math.floor(seconds), Number.isInteger(seconds)];
  if (isWhole) return { sql: `${column} ${operator} ?`, values: [whole] };
  if (by === 'eq' || by === 'ne') return { sql: by === 'eq' ? '1 = 0' : '1 = 1', values: [] };
  return { sql: `${column} ${by.startsWith('g') ? '>' : '<='} ?`, values: [whole] };
}

function ofText(column: string, by: string, text: string, plain: string): Condition {
  const isThere = `${plain} IS NOT NULL`;
  if (by === 'eq') return { sql: `(${isThere} AND ${column} = ?)`, values: [text] };
  if (by === 'ne') return { sql: `NOT (${isThere} AND ${column} = ?)`, values: [text] };
  const operator = orders[by];
  if (operator !== undefined) return { sql: `(${isThere} AND ${column} ${operator} ?)`, values: [text] };
  const part = text.replace(/[!%_]/g, (special) => `!${special}`);
  const pattern = by === 'sw' ? `${part}%` : by === 'ew' ? `%${part}` : `%${part}%`;
  return { sql: `(${isThere} AND ${column} LIKE ? ESCAPE '!')`, values: [pattern] };
}
