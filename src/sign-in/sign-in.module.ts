import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module.js';
import { InteractionModule } from '../interaction/interaction.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { ViewsModule } from '../views/views.module.js';
import { factorProviders, Factors } from './factors/factors.js';
import { SignInFailures } from './sign-in-failures.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { SignInPages } from './sign-in-pages.js';
import { SignInPurposes } from './sign-in-purposes.js';
import { SignInController } from './sign-in.controller.js';

@Module({
  imports: [ClientsModule, InteractionModule, SessionsModule, ViewsModule],
  controllers: [SignInController],
  providers: [Factors, SignInFailures, SignInPages, SignInPurposes, SignInThrottle, ...factorProviders],
})
export class SignInModule {}
