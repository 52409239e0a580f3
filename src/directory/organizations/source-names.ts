import type { MadeBy } from '../../persistence/stores/organization-members.store.js';

/** The sources of memberships, by the names that the admin API and the audit trail have for them. */
export const sourceNames = ['here', 'domain', 'upstream'] as const;

/** The names of the sources of a membership. */
export const sourceNamesOf = ({
  madeHere,
  byDomain,
  byUpstreamId,
}: MadeBy): (typeof sourceNames)[number][] => [
  ...(madeHere ? (['here'] as const) : []),
  ...(byDomain === null ? [] : (['domain'] as const)),
  ...(byUpstreamId === null ? [] : (['upstream'] as const)),
];
