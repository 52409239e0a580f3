import { Inject, Injectable, type Provider, type Type } from '@nestjs/common';
import { ConfiguredClaims } from './configured-claims.js';
import { ConfiguredClients } from './configured-clients.js';
import { ConfiguredDetailTypes } from './configured-detail-types.js';
import { ConfiguredGroups } from './configured-groups.js';
import type { ConfiguredKind } from './configured-kind.js';
import { ConfiguredResources } from './configured-resources.js';
import { ConfiguredRoles } from './configured-roles.js';
import { ConfiguredTrustedIssuers } from './configured-trusted-issuers.js';
import { ConfiguredUpstreams } from './configured-upstreams.js';
import { ConfiguredUsers } from './configured-users.js';

/** What an entry refers to stands above it: it is created before, and deleted after it. */
const classes: readonly Type<ConfiguredKind>[] = [
  ConfiguredResources,
  ConfiguredDetailTypes,
  ConfiguredClients,
  ConfiguredRoles,
  ConfiguredGroups,
  ConfiguredClaims,
  ConfiguredUpstreams,
  ConfiguredTrustedIssuers,
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

/** Everything that files can configure. */
@Injectable()
export class ConfiguredKinds {
  constructor(@Inject(CONFIGURED_KINDS) readonly inOrder: readonly ConfiguredKind[]) {}
}
