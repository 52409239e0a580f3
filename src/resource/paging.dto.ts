import type { Type as Class } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import type { Page, PageRequest } from '../persistence/page.js';

/** Query parameters of a list. */
export class PageQuery implements PageRequest {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  limit: number = 50;

  @ApiPropertyOptional({ description: 'The `next` of the previous page' })
  @IsOptional()
  @IsString()
  @Length(1, 36)
  after?: string;
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
