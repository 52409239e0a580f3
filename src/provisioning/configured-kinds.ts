import { Inject, Injectable, type Provider, type Type } from '@nestjs/common';
import { ConfiguredAssertionPolicies } from './configured-assertion-policies.js';
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
const classes: readonly Type<ConfiguredKind>[] = [
  ConfiguredResources,
  ConfiguredClients,
  ConfiguredRoles,
  ConfiguredGroups,
  ConfiguredClaims,
  ConfiguredUpstreams,
  ConfiguredTrustedIssuers,
  ConfiguredAssertionPolicies,
  ConfiguredUsers,
];

const CONFIGURED_KINDS = Symbol('configured kinds');

export const configuredKindProviders: Provider[] = [
  ...classes,
  {
    provide: CONFIGURED_KINDS,
    inject: [...classes],
    useFactory: (...instances: ConfiguredKind[]) => instances,
  },
];

/** Everything that files can configure, in the order in which it is applied. */
@Injectable()
export class ConfiguredKinds {
  constructor(@Inject(CONFIGURED_KINDS) readonly inOrder: readonly ConfiguredKind[]) {}
}
