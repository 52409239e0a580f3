import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { dialectOf } from './dialects/dialects.js';
import { containing } from './sql.js';

/** One page of a list, with the cursor of the next. */
export interface Page<Item> {
  readonly items: Item[];
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string;
}

/** Which page: at most `limit` items after the cursor, the `next` of the page before. */
export interface PageRequest {
  readonly after?: string;
  readonly limit: number;
  /** Only items of this time (seconds since the epoch) or later. */
  readonly since?: number | undefined;
  /** Only items from before this time. */
  readonly until?: number | undefined;
}

/** Adds to a query which page it is for. `time` is the property with the time of an item. */
export function addPage<Entity extends ObjectLiteral>(
  query: SelectQueryBuilder<Entity>,
  { after, limit, since, until }: PageRequest,
  time: string,
  order: 'ASC' | 'DESC' = 'ASC',
): SelectQueryBuilder<Entity> {
  const { alias } = query;
  query.orderBy(`${alias}.id`, order).limit(limit + 1);
  if (after !== undefined) query.andWhere(`${alias}.id ${order === 'ASC' ? '>' : '<'} :after`, { after });
  if (since !== undefined) query.andWhere(`${alias}.${time} >= :since`, { since });
  if (until !== undefined) query.andWhere(`${alias}.${time} < :until`, { until });
  return query;
}

/**
 * Reads a page of a list that may be long and has an index on `time`, a property in seconds. With `since` or `until`, the list is sorted by
 * time, so that nothing outside of it is read; the cursor is a time and an id then.
 */
export async function readLongPage<Entity extends ObjectLiteral & { id: string }>(
  query: SelectQueryBuilder<Entity>,
  page: PageRequest,
  time: keyof Entity & string,
  order: 'ASC' | 'DESC' = 'ASC',
): Promise<Page<Entity>> {
  const [, last, lastId = page.after] = /^(\d{1,12})\.(.+)$/.exec(page.after ?? '') ?? [];
  const request = lastId === undefined ? page : { ...page, after: lastId };
  if (page.since === undefined && page.until === undefined)
    return toPage(await addPage(query, request, time, order).getMany(), page.limit);
  const { alias } = query;
  if (last === undefined) addPage(query, request, time, order);
  else {
    const { after: _, ...rest } = request;
    const beyond = order === 'ASC' ? '>' : '<';
    addPage(query, rest, time, order).andWhere(
      `${alias}.${time} ${beyond}= :last AND (${alias}.${time} ${beyond} :last OR ${alias}.id ${beyond} :lastId)`,
      { last: Number(last), lastId },
    );
  }
  query.orderBy(`${alias}.${time}`, order).addOrderBy(`${alias}.id`, order);
  return toPage(await query.getMany(), page.limit, (item) => `${item[time]}.${item.id}`);
}

/** Adds that one of the columns contains a text, in any case. `columns` are those of the table, not properties. */
export function addSearch<Entity extends ObjectLiteral>(
  query: SelectQueryBuilder<Entity>,
  columns: Readonly<Record<string, string>>,
): SelectQueryBuilder<Entity> {
  const dialect = dialectOf(query.connection.options);
  const conditions = Object.keys(columns).map(
    (column) => `${dialect.lowered(`${query.alias}.${column}`)} LIKE :${column} ESCAPE '!'`,
  );
  const patterns = Object.entries(columns).map(([column, text]) => [column, containing(text)]);
  return query.andWhere(`(${conditions.join(' OR ')})`, Object.fromEntries(patterns) as ObjectLiteral);
}

/** Makes a page of up to `limit + 1` items that were read. */
export function toPage<Item extends { id: string }>(
  items: Item[],
  limit: number,
  cursorOf: (item: Item) => string = ({ id }) => id,
): Page<Item> {
  if (items.length <= limit) return { items };
  const page = items.slice(0, limit);
  return { items: page, next: cursorOf(page[limit - 1]!) };
}

/** Reads all pages of a list. */
export async function everyPage<Item>(
  read: (page: { limit: number; after?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  do {
    const page = await read({ limit: 500, ...(after === undefined ? {} : { after }) });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items;
}
