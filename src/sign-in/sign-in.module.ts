import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { InteractionModule } from '../interaction/interaction.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { factorProviders, Factors } from './factors/factors.js';
import { EnrolmentController } from './enrolment/enrolment.controller.js';
import { enrolmentProviders, Enrolments } from './enrolment/enrolments.js';
import { FactorAdditions } from './enrolment/factor-additions.js';
import { RecoveryCodes } from './enrolment/recovery-codes.js';
import { PasskeyModels } from './enrolment/passkey-models.js';
import { FurtherFactorController } from './further-factor.controller.js';
import { FurtherFactors } from './factors/further-factors.js';
import { PasswordFactor } from './factors/password.js';
import { KeepAccountController } from './keep-account.controller.js';
import { NewPasswordController } from './new-password.controller.js';
import { PasskeyChallenges } from './passkey-challenges.js';
import { EmailCodeMails } from './email-code-mails.js';
import { EmailCodes } from './email-codes.js';
import { AskingApplications } from './asking-applications.js';
import { Attempts } from './attempts.js';
import { NewDevices } from './new-devices.js';
import { DirectoryPasswordChange } from './directory-password-change.js';
import { PasswordChange } from './password-change.js';
import { People } from './people.js';
import { RelatedOriginsController } from './related-origins.controller.js';
import { SignInBeginning } from './sign-in-beginning.js';
import { SignInCompletion } from './sign-in-completion.js';
import { SignInDecisions } from './sign-in-decisions.js';
import { SignInFailures } from './sign-in-failures.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { SignInPages } from './sign-in-pages.js';
import { SignInProgresses } from './sign-in-progress.js';
import { SignInPurposes } from './sign-in-purposes.js';
import { SignInSteps } from './sign-in-steps.js';
import { SignInsUnderWay } from './sign-in-under-way.js';
import { SelectAccountController } from './select-account.controller.js';
import { SignInController } from './sign-in.controller.js';
import { DirectoryChoice } from './factors/directory-choice.js';
import { DirectoryPasswords } from './factors/directory-passwords.js';
import { IdpInitiated } from './upstream/saml/idp-initiated.js';
import { OnwardsController } from './upstream/saml/onwards.controller.js';
import { SamlController } from './upstream/saml/saml.controller.js';
import { UpstreamArrival } from './upstream/upstream-arrival.js';
import { UpstreamController } from './upstream/upstream.controller.js';
import { UpstreamStartController } from './upstream/upstream-start.controller.js';
import { UpstreamsModule } from './upstream/upstreams.module.js';

@Module({
  imports: [
    ClientsModule,
    DirectoryModule,
    InteractionModule,
    SessionsModule,
    UpstreamsModule,
    UsersModule,
    ViewsModule,
  ],
  controllers: [
    SignInController,
    SelectAccountController,
    FurtherFactorController,
    EnrolmentController,
    NewPasswordController,
    RelatedOriginsController,
    KeepAccountController,
    OnwardsController,
    SamlController,
    UpstreamController,
    UpstreamStartController,
  ],
  providers: [
    Factors,
    DirectoryChoice,
    DirectoryPasswords,
    DirectoryPasswordChange,
    PasswordChange,
    AskingApplications,
    Attempts,
    NewDevices,
    EmailCodeMails,
    EmailCodes,
    SignInBeginning,
    SignInCompletion,
    SignInDecisions,
    SignInFailures,
    SignInPages,
    SignInPurposes,
    SignInProgresses,
    SignInSteps,
    SignInsUnderWay,
    SignInThrottle,
    UpstreamArrival,
    FurtherFactors,
    IdpInitiated,
    Enrolments,
    PasskeyChallenges,
    People,
    FactorAdditions,
    PasskeyModels,
    RecoveryCodes,
    ...enrolmentProviders,
    ...factorProviders,
  ],
  exports: [
    DirectoryPasswordChange,
    Enrolments,
    PasswordChange,
    PasswordFactor,
    People,
    RecoveryCodes,
    SignInCompletion,
    SignInDecisions,
    SignInPages,
    SignInPurposes,
    SignInThrottle,
  ],
})
export class SignInModule {}
