import { ConfiguredAssertionPolicies } from './configured-assertion-policies.js';
import { ConfiguredAttributes } from './configured-attributes.js';
import { ConfiguredClaims } from './configured-claims.js';
import { ConfiguredClients } from './configured-clients.js';
import { ConfiguredDetailTypes } from './configured-detail-types.js';
import { ConfiguredGroups } from './configured-groups.js';
import type { ConfiguredKind } from './configured-kind.js';
import { ConfiguredOrganizations } from './configured-organizations.js';
import { ConfiguredResources } from './configured-resources.js';
import { ConfiguredRoles } from './configured-roles.js';
import { ConfiguredTrustedIssuers } from './configured-trusted-issuers.js';
import { ConfiguredUpstreams } from './configured-upstreams.js';
import { ConfiguredUsers } from './configured-users.js';

/** Everything that files can configure. What an entry refers to stands above it: it is created before, and deleted after it. */
export const configuredKinds = [
  ConfiguredResources,
  ConfiguredDetailTypes,
  ConfiguredClients,
  ConfiguredRoles,
  ConfiguredGroups,
  ConfiguredAttributes,
  ConfiguredClaims,
  ConfiguredUpstreams,
  ConfiguredTrustedIssuers,
  ConfiguredAssertionPolicies,
  ConfiguredUsers,
  ConfiguredOrganizations,
] as const;

/** The kinds of this process, in the same order. */
export class ConfiguredKinds {
  constructor(readonly inOrder: readonly ConfiguredKind[]) {}
}
