import { SignInModule } from '../sign-in/sign-in.module.js';
import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { ConsentModule } from '../consent/consent.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { InteractionModule } from '../interaction/interaction.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { TokenModule } from '../token/token.module.js';
import { ViewsModule } from '../views/views.module.js';
import { AuthorizationFlow } from './authorization-flow.js';
import { AuthorizationResponses } from './authorization-response.js';
import { AuthorizeController } from './authorize.controller.js';
import { CancelSignInController } from './cancel-sign-in.controller.js';
import { ConsentController } from './consent.controller.js';
import { ApprovalConfirmController } from './backchannel/approval-confirm.controller.js';
import { ApprovalController } from './backchannel/approval.controller.js';
import { ApprovalDecision } from './backchannel/approval-decision.js';
import { ApprovalPages } from './backchannel/approval-pages.js';
import { Approvals } from './backchannel/approvals.js';
import { AskedPeople } from './backchannel/asked-people.js';
import { BackchannelAuthenticationController } from './backchannel/backchannel-authentication.controller.js';
import { BackchannelRequests } from './backchannel/backchannel-requests.js';
import { BackchannelPing } from './backchannel/ping.js';
import { BackchannelSignedRequests } from './backchannel/signed-requests.js';
import { BackchannelThrottle } from './backchannel/throttle.js';
import { DeviceAuthorizationController } from './device/device-authorization.controller.js';
import { DeviceConfirmController } from './device/device-confirm.controller.js';
import { DeviceDecision } from './device/device-decision.js';
import { DeviceQuestions } from './device/device-questions.js';
import { DeviceRequests } from './device/device-requests.js';
import { DeviceController } from './device/device.controller.js';
import { UserCodeThrottle } from './device/user-code-throttle.js';
import { FrontChannelTokens } from './front-channel-tokens.js';
import { Issuance } from './issuance.js';
import { OrganizationChoice } from './organization-choice.js';
import { PushedRequestController } from './pushed-request.controller.js';
import { PushedRequests } from './pushed-requests.js';
import { RequestChecks } from './checks/request-checks.js';
import { RequestDocuments } from './request-documents.js';
import { RequestEvaluation } from './request-evaluation.js';
import { RequestObjects } from './request-objects.js';
import { RequestSources } from './request-sources.js';
import { SelectOrganizationController } from './select-organization.controller.js';
import { SessionChoice } from './session-choice.js';
import { SignInDemands } from './sign-in-demands.js';

@Module({
  imports: [
    DirectoryModule,
    SignInModule,
    ClientsModule,
    ConsentModule,
    InteractionModule,
    SessionsModule,
    TokenModule,
    ViewsModule,
  ],
  controllers: [
    ApprovalConfirmController,
    ApprovalController,
    AuthorizeController,
    BackchannelAuthenticationController,
    CancelSignInController,
    ConsentController,
    DeviceAuthorizationController,
    DeviceConfirmController,
    DeviceController,
    PushedRequestController,
    SelectOrganizationController,
  ],
  providers: [
    ApprovalDecision,
    ApprovalPages,
    Approvals,
    AskedPeople,
    BackchannelPing,
    BackchannelRequests,
    BackchannelSignedRequests,
    BackchannelThrottle,
    AuthorizationFlow,
    AuthorizationResponses,
    DeviceDecision,
    DeviceQuestions,
    DeviceRequests,
    FrontChannelTokens,
    Issuance,
    OrganizationChoice,
    PushedRequests,
    RequestChecks,
    RequestDocuments,
    RequestObjects,
    RequestSources,
    RequestEvaluation,
    SessionChoice,
    SignInDemands,
    UserCodeThrottle,
  ],
})
export class AuthorizeModule {}
