import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { InteractionModule } from '../interaction/interaction.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { ViewsModule } from '../views/views.module.js';
import { HomeController } from './home.controller.js';
import { PasswordStrategy } from './password.strategy.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { SignInController } from './sign-in.controller.js';
import { UserAccounts } from './user-accounts.js';
import { UsersAdminController } from './users.admin.controller.js';

@Module({
  imports: [InteractionModule, PassportModule, SessionsModule, ViewsModule],
  controllers: [HomeController, SignInController, UsersAdminController],
  providers: [PasswordStrategy, SignInThrottle, UserAccounts],
  exports: [UserAccounts],
})
export class UsersModule {}
