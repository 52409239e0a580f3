import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { ViewsModule } from '../views/views.module.js';
import { HomeController } from './home.controller.js';
import { UserAccounts } from './user-accounts.js';
import { UsersAdminController } from './users.admin.controller.js';

@Module({
  imports: [SessionsModule, ViewsModule],
  controllers: [HomeController, UsersAdminController],
  providers: [UserAccounts],
  exports: [UserAccounts],
})
export class UsersModule {}
