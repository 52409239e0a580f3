import { Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { ViewsModule } from '../views/views.module.js';
import { BrowserState } from './browser-state.js';
import { HomeController } from './home.controller.js';
import { Interactions } from './interaction.js';
import { KnownDevices } from './known-devices.js';
import { PasswordStrategy } from './password.strategy.js';
import { SessionExpiry } from './session-expiry.js';
import { SessionEnd } from './session-end.js';
import { Sessions } from './sessions.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { SignInController } from './sign-in.controller.js';
import { SignedOut } from './signed-out.js';
import { UserAccounts } from './user-accounts.js';
import { UsersAdminController } from './users.admin.controller.js';

@Module({
  imports: [PassportModule, ViewsModule],
  controllers: [HomeController, SignInController, UsersAdminController],
  providers: [
    BrowserState,
    Interactions,
    KnownDevices,
    PasswordStrategy,
    SessionEnd,
    SessionExpiry,
    Sessions,
    SignInThrottle,
    SignedOut,
    UserAccounts,
  ],
  exports: [BrowserState, Interactions, Sessions, SignedOut, UserAccounts],
})
export class UsersModule {}
