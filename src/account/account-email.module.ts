import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { ViewsModule } from '../views/views.module.js';
import { AccountEmailController } from './account-email.controller.js';
import { AccountModule } from './account.module.js';
import { OwnEmail } from './own-email.js';

/** The e-mail address of one's own account. It is there only if mail can be sent. */
@Module({
  imports: [AccountModule, UsersModule, ViewsModule],
  controllers: [AccountEmailController],
  providers: [OwnEmail],
})
export class AccountEmailModule {}
