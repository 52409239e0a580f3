import { Inject, Injectable, type Provider } from '@nestjs/common';
import { ConfiguredClaims } from './configured-claims.js';
import { ConfiguredClients } from './configured-clients.js';
import { ConfiguredGroups } from './configured-groups.js';
import type { ConfiguredKind } from './configured-kind.js';
import { ConfiguredOrganizations } from './configured-organizations.js';
import { ConfiguredResources } from './configured-resources.js';
import { ConfiguredRoles } from './configured-roles.js';
import { ConfiguredTrustedIssuers } from './configured-trusted-issuers.js';
import { ConfiguredUpstreams } from './configured-upstreams.js';
import { ConfiguredUsers } from './configured-users.js';

/** Everything that files can configure. What an entry refers to stands above it: it is created before, and deleted after it. */
const classes = [
  ConfiguredResources,
  ConfiguredClients,
  ConfiguredRoles,
  ConfiguredGroups,
  ConfiguredClaims,
  ConfiguredUpstreams,
  ConfiguredTrustedIssuers,
  ConfiguredUsers,
  ConfiguredOrganizations,
] as const;

const CONFIGURED_KINDS = Symbol('CONFIGURED_KINDS');

/** These classes, and their instances as a list. */
export const configuredKindProviders: Provider[] = [
  ...classes,
  {
    provide: CONFIGURED_KINDS,
    inject: [...classes],
    useFactory: (...instances: ConfiguredKind[]) => instances,
  },
];

/** Everything that files can configure, in the order in which it is created. */
@Injectable()
export class ConfiguredKinds {
  constructor(@Inject(CONFIGURED_KINDS) readonly inOrder: readonly ConfiguredKind[]) {}
}
