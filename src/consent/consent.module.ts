import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { ViewsModule } from '../views/views.module.js';
import { ConsentPages } from './consent-page.js';
import { ConsentRecords } from './consent-records.js';
import { GrantRecords } from './grant-records.js';
import { GrantRevocation } from './grant-revocation.js';
import { GrantTimeline } from './grant-timeline.js';
import { GrantsAdminController } from './grants.admin.controller.js';
import { OrganizationConsents } from './organizations/organization-consents.js';
import { OrganizationConsentsAdminController } from './organizations/organization-consents.admin.controller.js';

@Module({
  imports: [ClientsModule, DirectoryModule, ViewsModule],
  controllers: [GrantsAdminController, OrganizationConsentsAdminController],
  providers: [
    ConsentPages,
    ConsentRecords,
    GrantRecords,
    GrantRevocation,
    GrantTimeline,
    OrganizationConsents,
  ],
  exports: [ConsentPages, ConsentRecords, GrantRecords, GrantRevocation, OrganizationConsents],
})
export class ConsentModule {}
