import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { InteractionModule } from '../interaction/interaction.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { ViewsModule } from '../views/views.module.js';
import { PasswordStrategy } from './factors/password.strategy.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { SignInController } from './sign-in.controller.js';

@Module({
  imports: [InteractionModule, PassportModule, SessionsModule, ViewsModule],
  controllers: [SignInController],
  providers: [PasswordStrategy, SignInThrottle],
})
export class SignInModule {}
