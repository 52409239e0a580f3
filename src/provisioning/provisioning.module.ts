import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { UpstreamsModule } from '../sign-in/upstream/upstreams.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { UsersModule } from '../users/users.module.js';
import { Apply } from './apply.js';
import { Affiliations } from './affiliations.js';
import { configuredKindProviders, ConfiguredKinds } from './configured-kinds.js';
import { BuiltInClients } from './built-in-clients.js';
import { ClaimCheck } from './claim-check.js';
import { ClientCheck } from './client-check.js';
import { ConfigurationSchemaController } from './configuration-schema.controller.js';
import { ConfigurationCheck } from './configuration-check.js';
import { DirectoryCheck } from './directory-check.js';
import { FirstAdministrator } from './first-administrator.js';
import { InTurn } from './in-turn.js';
import { OrganizationCheck } from './organization-check.js';
import { OwnerCheck } from './owner-check.js';
import { PresentSecrets } from './present-secrets.js';
import { StartUp } from './start-up.js';
import { TrustedIssuerCheck } from './trusted-issuer-check.js';
import { UpstreamCheck } from './upstream-check.js';
import { UserCheck } from './user-check.js';

/** Built-in clients, the first administrator and configuration as code. */
@Module({
  imports: [ClientsModule, DirectoryModule, UpstreamsModule, UsersModule],
  controllers: [ConfigurationSchemaController],
  providers: [
    Apply,
    Affiliations,
    ...configuredKindProviders,
    ConfiguredKinds,
    BuiltInClients,
    ClaimCheck,
    ClientCheck,
    ConfigurationCheck,
    DirectoryCheck,
    FirstAdministrator,
    InTurn,
    OrganizationCheck,
    OwnerCheck,
    PresentSecrets,
    StartUp,
    TrustedIssuerCheck,
    UpstreamCheck,
    UserCheck,
  ],
  exports: [Apply, BuiltInClients, FirstAdministrator, StartUp],
})
export class ProvisioningModule {}
