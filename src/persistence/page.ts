/** One page of a listing, newest last, with the cursor of the next. */
export interface Page<Item> {
  readonly items: Item[];
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string;
}

/** Which page: at most `limit` items whose id comes after the cursor. */
export interface PageRequest {
  readonly after?: string;
  readonly limit: number;
}

/** Makes a page of up to `limit + 1` items that were read. */
export function toPage<Item extends { id: string }>(items: Item[], limit: number): Page<Item> {
  if (items.length <= limit) return { items };
  const page = items.slice(0, limit);
  return { items: page, next: page[page.length - 1]?.id };
}
