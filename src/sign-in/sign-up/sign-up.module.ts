import { Module } from '@nestjs/common';
import { InteractionModule } from '../../interaction/interaction.module.js';
import { UsersModule } from '../../users/users.module.js';
import { ViewsModule } from '../../views/views.module.js';
import { SignInModule } from '../sign-in.module.js';
import { CompleteSignUpController } from './complete-sign-up.controller.js';
import { NewAccounts } from './new-accounts.js';
import { SignUpMails } from './sign-up-mails.js';
import { SignUpRequests } from './sign-up-requests.js';
import { SignUpController } from './sign-up.controller.js';

/** How people make accounts. It is there only if `EYRIE_SIGN_UP` allows it. */
@Module({
  imports: [InteractionModule, SignInModule, UsersModule, ViewsModule],
  controllers: [CompleteSignUpController, SignUpController],
  providers: [NewAccounts, SignUpMails, SignUpRequests],
})
export class SignUpModule {}
