import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { LinkedPasswords } from './linked-passwords.js';
import { ProvenAddresses } from './proven-addresses.js';
import { UserAccounts } from './user-accounts.js';
import { UserAuthority } from './user-authority.js';
import { UserDeletion } from './user-deletion.js';
import { UserPasswords } from './user-passwords.js';
import { UsersAdminController } from './users.admin.controller.js';

@Module({
  imports: [SessionsModule],
  controllers: [UsersAdminController],
  providers: [LinkedPasswords, ProvenAddresses, UserAccounts, UserAuthority, UserDeletion, UserPasswords],
  exports: [LinkedPasswords, ProvenAddresses, UserAccounts, UserDeletion, UserPasswords],
})
export class UsersModule {}
