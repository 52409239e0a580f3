import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { InteractionModule } from '../interaction/interaction.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UpstreamsModule } from '../sign-in/upstream/upstreams.module.js';
import { TokenModule } from '../token/token.module.js';
import { ViewsModule } from '../views/views.module.js';
import { BackChannelLogout } from './back-channel-logout.js';
import { DiscoveryController } from './discovery.controller.js';
import { LogoutRequests } from './logout-request.js';
import { LogoutController } from './logout.controller.js';
import { LogoutTokenMint } from './logout-token.js';

@Module({
  imports: [ClientsModule, InteractionModule, SessionsModule, TokenModule, UpstreamsModule, ViewsModule],
  controllers: [DiscoveryController, LogoutController],
  providers: [BackChannelLogout, LogoutRequests, LogoutTokenMint],
})
export class OidcModule {}
