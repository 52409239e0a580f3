import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { FactorRemoval } from './factor-removal.js';
import { FactorsAdminController } from './factors.admin.controller.js';
import { UserAccounts } from './user-accounts.js';
import { UserAuthority } from './user-authority.js';
import { UserDeletion } from './user-deletion.js';
import { UserPasswords } from './user-passwords.js';
import { UsersAdminController } from './users.admin.controller.js';

@Module({
  imports: [SessionsModule],
  controllers: [UsersAdminController, FactorsAdminController],
  providers: [FactorRemoval, UserAccounts, UserAuthority, UserDeletion, UserPasswords],
  exports: [FactorRemoval, UserAccounts, UserDeletion, UserPasswords],
})
export class UsersModule {}
