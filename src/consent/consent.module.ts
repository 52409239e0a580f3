import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { ViewsModule } from '../views/views.module.js';
import { ConsentPages } from './consent-page.js';
import { ConsentRecords } from './consent-records.js';
import { GrantRecords } from './grant-records.js';
import { GrantRevocation } from './grant-revocation.js';
import { GrantTimeline } from './grant-timeline.js';
import { GrantsAdminController } from './grants.admin.controller.js';

@Module({
  imports: [ClientsModule, ViewsModule],
  controllers: [GrantsAdminController],
  providers: [ConsentPages, ConsentRecords, GrantRecords, GrantRevocation, GrantTimeline],
  exports: [ConsentPages, ConsentRecords, GrantRecords, GrantRevocation],
})
export class ConsentModule {}
