import type { Membership, ProvisionedGroup } from '../persistence/stores/scim-search.store.js';
import { groupSchema } from '../protocol/scim/group-type.js';
import type { Resource } from '../protocol/scim/resource-values.js';
import { entityTag } from '../resource/precondition.js';

/**
 * A group as SCIM has it (RFC 7643 §4.2).
 * @param base the URL of SCIM
 */
export function toGroupResource(
  { group, externalId }: ProvisionedGroup,
  members: readonly Membership[],
  base: string,
): Resource {
  return {
    schemas: [groupSchema],
    id: group.id,
    ...(externalId === null ? {} : { externalId }),
    displayName: group.name,
    ...(members.length === 0
      ? {}
      : {
          members: members.map(({ userId, username }) => ({
            value: userId,
            $ref: `${base}/Users/${userId}`,
            display: username,
            type: 'User',
          })),
        }),
    meta: {
      resourceType: 'Group',
      created: new Date(group.createdAt * 1_000).toISOString(),
      lastModified: new Date(group.updatedAt * 1_000).toISOString(),
      location: `${base}/Groups/${group.id}`,
      version: entityTag(group),
    },
  };
}
