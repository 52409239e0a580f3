import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AccountDeletionModule } from './account/account-deletion.module.js';
import { AccountEmailModule } from './account/account-email.module.js';
import { AccountPasswordModule } from './account/account-password.module.js';
import { AccountModule } from './account/account.module.js';
import { AdminModule } from './admin/admin.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthorizeModule } from './authorize/authorize.module.js';
import { DynamicRegistrationModule } from './clients/dynamic/dynamic-registration.module.js';
import { ClientsModule } from './clients/clients.module.js';
import type { Clock } from './config/clock.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import { ConsentModule } from './consent/consent.module.js';
import { CryptoModule } from './crypto/crypto.module.js';
import { DirectoryModule } from './directory/directory.module.js';
import { HttpModule } from './http/http.module.js';
import { ErrorPages } from './http/page-error.js';
import { InteractionModule } from './interaction/interaction.module.js';
import { KeysModule } from './keys/keys.module.js';
import { CheckSessionModule } from './oidc/check-session.module.js';
import { OidcModule } from './oidc/oidc.module.js';
import { UserinfoModule } from './oidc/userinfo.module.js';
import { MailModule } from './mail/mail.module.js';
import { MetricsModule } from './admin/metrics.module.js';
import { OutboundModule } from './outbound/outbound.module.js';
import { PersistenceModule } from './persistence/persistence.module.js';
import { ProofsModule } from './proofs/proofs.module.js';
import { ProvisioningModule } from './provisioning/provisioning.module.js';
import { QueueModule } from './queue/queue.module.js';
import { ResourceModule } from './resource/resource.module.js';
import { ScimModule } from './scim/scim.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { InvitationModule } from './sign-in/invitation/invitation.module.js';
import { RecoveryModule } from './sign-in/recovery/recovery.module.js';
import { SignUpModule } from './sign-in/sign-up/sign-up.module.js';
import { SignInModule } from './sign-in/sign-in.module.js';
import { UpstreamsModule } from './sign-in/upstream/upstreams.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { TokenModule } from './token/token.module.js';
import { UserTransferModule } from './users/transfer/transfer.module.js';
import { UsersModule } from './users/users.module.js';
import { Views } from './views/views.js';
import { ViewsModule } from './views/views.module.js';

/** Lets the error filter render pages, though views stand beside its row. */
@Global()
@Module({
  imports: [ViewsModule],
  providers: [{ provide: ErrorPages, useExisting: Views }],
  exports: [ErrorPages],
})
class ErrorPagesModule {}

/** The whole service; the only file that knows every module. */
@Module({})
export class AppModule {
  /** As it serves. */
  static for(settings: Settings, clock?: Clock): DynamicModule {
    return compose(settings, clock, ScheduleModule.forRoot());
  }

  /** For a command, which does its work and ends: nothing is done by timers. */
  static forCommand(settings: Settings): DynamicModule {
    return compose(settings);
  }
}

function compose(settings: Settings, clock?: Clock, ...timers: DynamicModule[]): DynamicModule {
  return {
    module: AppModule,
    imports: [
      ...timers,
      ConfigModule.forRoot(settings, clock),
      CryptoModule,
      PersistenceModule,
      AuditModule,
      OutboundModule,
      QueueModule,
      TelemetryModule,
      KeysModule,
      ProofsModule,
      ErrorPagesModule,
      HttpModule,
      ViewsModule,
      MailModule,
      ResourceModule,
      AdminModule,
      DirectoryModule,
      ...(settings.metrics ? [MetricsModule] : []),
      InteractionModule,
      SessionsModule,
      UsersModule,
      UserTransferModule,
      ClientsModule,
      ...(settings.registration === 'off' ? [] : [DynamicRegistrationModule]),
      UpstreamsModule,
      SignInModule,
      ...(settings.mail.server ? [RecoveryModule, InvitationModule] : []),
      ...(settings.signIn.signUp === 'off' ? [] : [SignUpModule]),
      ConsentModule,
      TokenModule,
      AccountModule,
      ...(settings.signIn.firstFactors.includes('password') ? [AccountPasswordModule] : []),
      ...(settings.mail.server ? [AccountEmailModule] : []),
      ...(settings.deletion.delay === undefined ? [] : [AccountDeletionModule]),
      OidcModule,
      UserinfoModule,
      ...(settings.sessionManagement ? [CheckSessionModule] : []),
      AuthorizeModule,
      ScimModule,
      ProvisioningModule,
    ],
  };
}
