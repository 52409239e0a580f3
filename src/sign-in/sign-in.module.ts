import { Module } from '@nestjs/common';
import { InteractionModule } from '../interaction/interaction.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { ViewsModule } from '../views/views.module.js';
import { factorProviders, Factors } from './factors/factors.js';
import { SignInFailures } from './sign-in-failures.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { SignInController } from './sign-in.controller.js';

@Module({
  imports: [InteractionModule, SessionsModule, ViewsModule],
  controllers: [SignInController],
  providers: [Factors, SignInFailures, SignInThrottle, ...factorProviders],
})
export class SignInModule {}
