import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { UsersModule } from '../users/users.module.js';
import { BuiltInClients } from './built-in-clients.js';
import { FirstAdministrator } from './first-administrator.js';

/** What is there before anybody signs in: built-in clients, the first administrator, configuration as code. */
@Module({
  imports: [ClientsModule, UsersModule],
  providers: [BuiltInClients, FirstAdministrator],
  exports: [BuiltInClients, FirstAdministrator],
})
export class ProvisioningModule {}
