import type { Place } from '../protocol/scim/list-request.js';
import { type ListRequest, writeCursor } from '../protocol/scim/list-request.js';
import { project } from '../protocol/scim/projection.js';
import type { Resource } from '../protocol/scim/resource-values.js';

const listSchema = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** Resources of a page. */
export interface FoundResources {
  readonly total: number;
  readonly resources: readonly Resource[];
  /** The end of the page, if there are more. */
  readonly end: Place | undefined;
}

/** The response to a list or a search (RFC 7644 §3.4.2); with a cursor if the request names its page by one (RFC 9865 §2). */
export function listResponse(
  { startIndex, projection, mark }: ListRequest,
  { total, resources, end }: FoundResources,
): object {
  return {
    schemas: [listSchema],
    totalResults: total,
    itemsPerPage: resources.length,
    ...(startIndex === undefined ? (end ? { nextCursor: writeCursor(end, mark) } : {}) : { startIndex }),
    Resources: resources.map((resource) => project(projection, resource)),
  };
}

/** A list that is complete as it is. */
export const wholeList = (resources: readonly object[]): object => ({
  schemas: [listSchema],
  totalResults: resources.length,
  itemsPerPage: resources.length,
  startIndex: 1,
  Resources: resources,
});
