import { Injectable } from '@nestjs/common';
import { ConfiguredClaims } from './configured-claims.js';
import { ConfiguredClients } from './configured-clients.js';
import { ConfiguredGroups } from './configured-groups.js';
import type { ConfiguredKind } from './configured-kind.js';
import { ConfiguredResources } from './configured-resources.js';
import { ConfiguredRoles } from './configured-roles.js';
import { ConfiguredTrustedIssuers } from './configured-trusted-issuers.js';
import { ConfiguredUpstreams } from './configured-upstreams.js';
import { ConfiguredUsers } from './configured-users.js';

/** Everything that files can configure. What an entry refers to stands above it: it is created before, and deleted after it. */
@Injectable()
export class ConfiguredKinds {
  readonly inOrder: readonly ConfiguredKind[];

  constructor(
    resources: ConfiguredResources,
    clients: ConfiguredClients,
    roles: ConfiguredRoles,
    groups: ConfiguredGroups,
    claims: ConfiguredClaims,
    upstreams: ConfiguredUpstreams,
    trustedIssuers: ConfiguredTrustedIssuers,
    users: ConfiguredUsers,
  ) {
    this.inOrder = [resources, clients, roles, groups, claims, upstreams, trustedIssuers, users];
  }
}
