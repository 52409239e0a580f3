import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { UsersModule } from '../users/users.module.js';
import { Apply } from './apply.js';
import { ConfiguredClients } from './configured-clients.js';
import { ConfiguredKinds } from './configured-kinds.js';
import { ConfiguredResources } from './configured-resources.js';
import { ConfiguredUsers } from './configured-users.js';
import { BuiltInClients } from './built-in-clients.js';
import { ConfigurationCheck } from './configuration-check.js';
import { FirstAdministrator } from './first-administrator.js';
import { InTurn } from './in-turn.js';
import { PresentSecrets } from './present-secrets.js';
import { StartUp } from './start-up.js';
import { UserCheck } from './user-check.js';

/** Built-in clients, the first administrator and configuration as code. */
@Module({
  imports: [ClientsModule, UsersModule],
  providers: [
    Apply,
    ConfiguredClients,
    ConfiguredKinds,
    ConfiguredResources,
    ConfiguredUsers,
    BuiltInClients,
    ConfigurationCheck,
    FirstAdministrator,
    InTurn,
    PresentSecrets,
    StartUp,
    UserCheck,
  ],
  exports: [Apply, BuiltInClients, FirstAdministrator, StartUp],
})
export class ProvisioningModule {}
