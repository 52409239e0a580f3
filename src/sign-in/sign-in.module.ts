import { Module } from '@nestjs/common';
import { InteractionModule } from '../interaction/interaction.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { factorProviders, Factors } from './factors/factors.js';
import { NewPasswordController } from './new-password.controller.js';
import { PasswordChange } from './password-change.js';
import { SignInFailures } from './sign-in-failures.js';
import { SignInPages } from './sign-in-pages.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { SignInController } from './sign-in.controller.js';

@Module({
  imports: [InteractionModule, SessionsModule, UsersModule, ViewsModule],
  controllers: [SignInController, NewPasswordController],
  providers: [Factors, PasswordChange, SignInFailures, SignInPages, SignInThrottle, ...factorProviders],
})
export class SignInModule {}
