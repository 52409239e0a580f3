import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { ConsentModule } from '../consent/consent.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { AuthorizationFlow } from './authorization-flow.js';
import { AuthorizationResponses } from './authorization-response.js';
import { AuthorizeController } from './authorize.controller.js';
import { ConsentController } from './consent.controller.js';
import { Issuance } from './issuance.js';
import { PushedRequestController } from './pushed-request.controller.js';
import { PushedRequests } from './pushed-requests.js';
import { RequestChecks } from './request-checks.js';
import { RequestObjects } from './request-objects.js';
import { RequestSources } from './request-sources.js';
import { RequestedScopes } from './requested-scopes.js';
import { SelectAccountController } from './select-account.controller.js';

@Module({
  imports: [ClientsModule, ConsentModule, UsersModule, ViewsModule],
  controllers: [AuthorizeController, ConsentController, PushedRequestController, SelectAccountController],
  providers: [
    AuthorizationFlow,
    AuthorizationResponses,
    Issuance,
    PushedRequests,
    RequestChecks,
    RequestObjects,
    RequestSources,
    RequestedScopes,
  ],
})
export class AuthorizeModule {}
