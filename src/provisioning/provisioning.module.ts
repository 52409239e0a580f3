import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { UsersModule } from '../users/users.module.js';
import { Apply } from './apply.js';
import { ApplyClient } from './apply-client.js';
import { ApplyAffiliations } from './apply-affiliations.js';
import { ApplyGroup } from './apply-group.js';
import { ApplyResource } from './apply-resource.js';
import { ApplyRole } from './apply-role.js';
import { ApplyUser } from './apply-user.js';
import { BuiltInClients } from './built-in-clients.js';
import { ConfigurationCheck } from './configuration-check.js';
import { DirectoryCheck } from './directory-check.js';
import { FirstAdministrator } from './first-administrator.js';
import { InTurn } from './in-turn.js';
import { PresentSecrets } from './present-secrets.js';
import { StartUp } from './start-up.js';
import { UserCheck } from './user-check.js';

/** Built-in clients, the first administrator and configuration as code. */
@Module({
  imports: [ClientsModule, DirectoryModule, UsersModule],
  providers: [
    Apply,
    ApplyAffiliations,
    ApplyClient,
    ApplyGroup,
    ApplyResource,
    ApplyRole,
    ApplyUser,
    BuiltInClients,
    ConfigurationCheck,
    DirectoryCheck,
    FirstAdministrator,
    InTurn,
    PresentSecrets,
    StartUp,
    UserCheck,
  ],
  exports: [Apply, BuiltInClients, FirstAdministrator, StartUp],
})
export class ProvisioningModule {}
