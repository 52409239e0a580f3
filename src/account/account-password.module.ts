import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { AccountPasswordController } from './account-password.controller.js';
import { AccountModule } from './account.module.js';
import { ChangePasswordController } from './change-password.controller.js';
import { OwnPassword } from './own-password.js';

/** The password of one's own account. It is there only if people sign in with passwords. */
@Module({
  imports: [AccountModule, SessionsModule, SignInModule, UsersModule, ViewsModule],
  controllers: [AccountPasswordController, ChangePasswordController],
  providers: [OwnPassword],
})
export class AccountPasswordModule {}
