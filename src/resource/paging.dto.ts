import type { Type as Class } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { Page, PageRequest } from '../persistence/page.js';
import { maxIdLength, QueryIntegerField, TextField } from './fields.js';

/** The end of the year 9999. */
const maxEpoch = 253_402_300_799;
/** A time and an id. */
const maxCursorLength = 12 + 1 + maxIdLength;

/** Query parameters of a list. */
export class PageQuery implements PageRequest {
  @QueryIntegerField({ min: 1, max: 200, default: 50 })
  limit: number = 50;

  @TextField({ optional: true, maxLength: maxCursorLength, description: 'The `next` of the previous page' })
  after?: string;
}

/** Query parameters of a list whose items have a time. */
export class TimedPageQuery extends PageQuery {
  @QueryIntegerField({
    optional: true,
    min: 0,
    max: maxEpoch,
    description: 'Only items of this time or later, in seconds since the epoch',
  })
  since?: number;

  @QueryIntegerField({
    optional: true,
    min: 0,
    max: maxEpoch,
    description: 'Only items from before this time, in seconds since the epoch',
  })
  until?: number;
}

/** One page of a list. */
export interface PageDto<Item> {
  readonly items: Item[];
  /** Send as `after` to get the next page; null on the last page. */
  readonly next: string | null;
}

/** The class of a page of items, for the OpenAPI document. */
export function PageOf<Item>(item: Class<Item>): Class<PageDto<Item>> {
  class Items implements PageDto<Item> {
    @ApiProperty({ type: [item] })
    items: Item[];

    @ApiProperty({
      type: String,
      nullable: true,
      description: 'Send as `after` to get the next page; null on the last page',
    })
    next: string | null;
  }
  return Items;
}

/** A page as the admin API shows it. */
export function toPageDto<Row, Item>(page: Page<Row>, show: (row: Row) => Item): PageDto<Item> {
  return { items: page.items.map(show), next: page.next ?? null };
}
