import { Module } from '@nestjs/common';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { AccountDeletionController } from './account-deletion.controller.js';
import { AccountModule } from './account.module.js';

/** The deletion of one's own account. It is there only if people may delete theirs. */
@Module({
  imports: [AccountModule, SessionsModule, UsersModule, ViewsModule],
  controllers: [AccountDeletionController],
})
export class AccountDeletionModule {}
