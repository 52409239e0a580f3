import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { AccountEmailController } from './account-email.controller.js';
import { AccountModule } from './account.module.js';
import { OwnEmail } from './own-email.js';

/** The e-mail address of one's own account. It is there only if mail can be sent. */
@Module({
  imports: [AccountModule, SessionsModule, SignInModule, UsersModule, ViewsModule],
  controllers: [AccountEmailController],
  providers: [OwnEmail],
})
export class AccountEmailModule {}
