import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UserAccounts } from './user-accounts.js';
import { UsersAdminController } from './users.admin.controller.js';

@Module({
  imports: [SessionsModule],
  controllers: [UsersAdminController],
  providers: [UserAccounts],
  exports: [UserAccounts],
})
export class UsersModule {}
