import type { Type } from '@nestjs/common';
import type { Page, PageRequest } from '../../persistence/page.js';

/** A part of what is stored about a person. It never holds a password, code, token or secret, and nothing about others. */
export interface DataSection {
  /** Its member in the document. */
  readonly name: string;
  /** The tables that it comes from. */
  readonly from: readonly Type[];
  /** One object, or a list of which no more than a page is in memory. */
  read(userId: string): Promise<object> | AsyncIterable<object>;
}

const itemsPerPage = 200;

/** Every item of a paged list. */
export async function* everyItem<Item>(
  list: (page: PageRequest) => Promise<Page<Item>>,
  show: (item: Item) => object,
): AsyncGenerator<object> {
  let after: string | undefined;
  do {
    const { items, next } = await list({ limit: itemsPerPage, ...(after === undefined ? {} : { after }) });
    for (const item of items) yield show(item);
    after = next;
  } while (after !== undefined);
}

/** A time as people and programs read it (RFC 3339); null if it has not come. */
export const timeOf = (seconds: number | null): string | null =>
  seconds === null ? null : new Date(seconds * 1_000).toISOString();
