import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { InteractionModule } from '../interaction/interaction.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { factorProviders, Factors } from './factors/factors.js';
import { PasswordFactor } from './factors/password.js';
import { NewPasswordController } from './new-password.controller.js';
import { PasswordChange } from './password-change.js';
import { SignInCompletion } from './sign-in-completion.js';
import { SignInFailures } from './sign-in-failures.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { SignInPages } from './sign-in-pages.js';
import { SignInPurposes } from './sign-in-purposes.js';
import { SignInController } from './sign-in.controller.js';

@Module({
  imports: [ClientsModule, InteractionModule, SessionsModule, UsersModule, ViewsModule],
  controllers: [SignInController, NewPasswordController],
  providers: [
    Factors,
    PasswordChange,
    SignInCompletion,
    SignInFailures,
    SignInPages,
    SignInPurposes,
    SignInThrottle,
    ...factorProviders,
  ],
  exports: [Factors, PasswordFactor, SignInPages, SignInPurposes, SignInThrottle],
})
export class SignInModule {}
