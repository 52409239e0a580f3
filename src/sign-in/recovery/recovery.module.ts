import { Module } from '@nestjs/common';
import { SignInModule } from '../sign-in.module.js';
import { UsersModule } from '../../users/users.module.js';
import { UpstreamsModule } from '../upstream/upstreams.module.js';
import { ViewsModule } from '../../views/views.module.js';
import { InteractionModule } from '../../interaction/interaction.module.js';
import { ChoosePasswordController } from './choose-password.controller.js';
import { ConfirmEmailController } from './confirm-email.controller.js';
import { ForgottenPasswordController } from './forgotten-password.controller.js';
import { PasswordByLink } from './password-by-link.js';
import { RecoveryMails } from './recovery-mails.js';
import { RecoveryRequests } from './recovery-requests.js';

/** What people do who have no password, or have forgotten it. It is there only if mail can be sent. */
@Module({
  imports: [InteractionModule, SignInModule, UpstreamsModule, UsersModule, ViewsModule],
  controllers: [ChoosePasswordController, ConfirmEmailController, ForgottenPasswordController],
  providers: [PasswordByLink, RecoveryMails, RecoveryRequests],
})
export class RecoveryModule {}
