import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { BackChannelLogout } from './back-channel-logout.js';
import { DiscoveryController } from './discovery.controller.js';
import { LogoutDeliveriesAdminController } from './logout-deliveries.admin.controller.js';
import { LogoutDeliveryRetry } from './logout-delivery-retry.js';
import { LogoutRequests } from './logout-request.js';
import { LogoutController } from './logout.controller.js';
import { LogoutTokenMint } from './logout-token.js';

@Module({
  imports: [ClientsModule, UsersModule, ViewsModule],
  controllers: [DiscoveryController, LogoutDeliveriesAdminController, LogoutController],
  providers: [BackChannelLogout, LogoutDeliveryRetry, LogoutRequests, LogoutTokenMint],
})
export class OidcModule {}
