import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { DiscoveryController } from './discovery.controller.js';
import { LogoutRequests } from './logout-request.js';
import { LogoutController } from './logout.controller.js';
import { UserinfoController } from './userinfo.controller.js';

@Module({
  imports: [ClientsModule, UsersModule, ViewsModule],
  controllers: [DiscoveryController, LogoutController, UserinfoController],
  providers: [LogoutRequests],
})
export class OidcModule {}
