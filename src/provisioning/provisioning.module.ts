import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { UpstreamsModule } from '../sign-in/upstream/upstreams.module.js';
import { ConsentModule } from '../consent/consent.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { UsersModule } from '../users/users.module.js';
import type { ConfiguredKind } from './configured-kind.js';
import type { PartCheck } from './part-check.js';
import { Apply } from './apply.js';
import { Affiliations } from './affiliations.js';
import { configurationChecks } from './configuration-checks.js';
import { configuredKinds, ConfiguredKinds } from './configured-kinds.js';
import { BuiltInClients } from './built-in-clients.js';
import { ConfiguredConsents } from './configured-consents.js';
import { ConfiguredDomains } from './configured-domains.js';
import { ConfigurationSchemaController } from './configuration-schema.controller.js';
import { ConfigurationCheck } from './configuration-check.js';
import { FirstAdministrator } from './first-administrator.js';
import { InTurn } from './in-turn.js';
import { OwnerCheck } from './owner-check.js';
import { PresentSecrets } from './present-secrets.js';
import { ResourceCheck } from './resource-check.js';
import { StartUp } from './start-up.js';

/** Built-in clients, the first administrator and configuration as code. */
@Module({
  imports: [ClientsModule, ConsentModule, DirectoryModule, UpstreamsModule, UsersModule],
  controllers: [ConfigurationSchemaController],
  providers: [
    Apply,
    Affiliations,
    ...configuredKinds,
    {
      provide: ConfiguredKinds,
      useFactory: (...kinds: ConfiguredKind[]) => new ConfiguredKinds(kinds),
      inject: [...configuredKinds],
    },
    BuiltInClients,
    ConfiguredConsents,
    ConfiguredDomains,
    ...configurationChecks,
    {
      provide: ConfigurationCheck,
      useFactory: (resources: ResourceCheck, ...checks: PartCheck[]) =>
        new ConfigurationCheck(resources, checks),
      inject: [ResourceCheck, ...configurationChecks],
    },
    FirstAdministrator,
    InTurn,
    OwnerCheck,
    PresentSecrets,
    ResourceCheck,
    StartUp,
  ],
  exports: [Apply, BuiltInClients, FirstAdministrator, StartUp],
})
export class ProvisioningModule {}
