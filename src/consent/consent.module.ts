import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { AccountPages } from './account-page.js';
import { AccountController } from './account.controller.js';
import { ConsentPages } from './consent-page.js';
import { ConsentRecords } from './consent-records.js';
import { GrantRevocation } from './grant-revocation.js';
import { GrantsAdminController } from './grants.admin.controller.js';

@Module({
  imports: [ClientsModule, UsersModule, ViewsModule],
  controllers: [AccountController, GrantsAdminController],
  providers: [AccountPages, ConsentPages, ConsentRecords, GrantRevocation],
  exports: [ConsentPages, ConsentRecords],
})
export class ConsentModule {}
