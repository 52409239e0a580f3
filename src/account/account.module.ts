import { Module } from '@nestjs/common';
import { ConsentModule } from '../consent/consent.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { ViewsModule } from '../views/views.module.js';
import { AccountPages } from './account-page.js';
import { AccountController } from './account.controller.js';
import { Notices } from './notices.js';
import { HomeController } from './home.controller.js';

@Module({
  imports: [ConsentModule, SessionsModule, ViewsModule],
  controllers: [AccountController, HomeController],
  providers: [AccountPages, Notices],
  exports: [Notices],
})
export class AccountModule {}
