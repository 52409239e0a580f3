import { Module } from '@nestjs/common';
import { ConsentModule } from '../consent/consent.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { UpstreamsModule } from '../sign-in/upstream/upstreams.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { AccountPages } from './account-page.js';
import { AgentsInSight } from './agents-in-sight.js';
import { AllowedClients } from './allowed-clients.js';
import { NamedScopes } from './named-scopes.js';
import { WaitingRequests } from './waiting-requests.js';
import { AccountController } from './account.controller.js';
import { ActivityController } from './activity.controller.js';
import { ActivityPages } from './activity-page.js';
import { AccessData } from './data/access-data.js';
import { AccountData } from './data/account-data.js';
import { DirectoryData } from './data/directory-data.js';
import { HistoryData } from './data/history-data.js';
import { OwnData } from './data/own-data.js';
import { OwnDataController } from './data/own-data.controller.js';
import { FactorSetUpController } from './factor-set-up.controller.js';
import { IdentitiesController } from './identities.controller.js';
import { Notices } from './notices.js';
import { OwnAttributes } from './own-attributes.js';
import { OwnProfile } from './own-profile.js';
import { ProfileController } from './profile.controller.js';
import { RecentProof } from './recent-proof.js';
import { SecurityController } from './security.controller.js';
import { SecurityPages } from './security-page.js';
import { HomeController } from './home.controller.js';

@Module({
  imports: [
    ConsentModule,
    DirectoryModule,
    SessionsModule,
    SignInModule,
    UpstreamsModule,
    UsersModule,
    ViewsModule,
  ],
  controllers: [
    AccountController,
    ActivityController,
    SecurityController,
    FactorSetUpController,
    IdentitiesController,
    ProfileController,
    HomeController,
    OwnDataController,
  ],
  providers: [
    AccessData,
    AccountData,
    AccountPages,
    AgentsInSight,
    AllowedClients,
    NamedScopes,
    WaitingRequests,
    ActivityPages,
    DirectoryData,
    HistoryData,
    OwnData,
    OwnAttributes,
    OwnProfile,
    Notices,
    RecentProof,
    SecurityPages,
  ],
  exports: [Notices, RecentProof],
})
export class AccountModule {}
