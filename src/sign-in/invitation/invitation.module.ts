import { Module } from '@nestjs/common';
import { DirectoryModule } from '../../directory/directory.module.js';
import { SessionsModule } from '../../sessions/sessions.module.js';
import { UsersModule } from '../../users/users.module.js';
import { ViewsModule } from '../../views/views.module.js';
import { SignInModule } from '../sign-in.module.js';
import { NewAccounts } from '../sign-up/new-accounts.js';
import { InvitationAnswers } from './invitation-answers.js';
import { InvitationPages } from './invitation-pages.js';
import { InvitationController } from './invitation.controller.js';
import { OpenedInvitations } from './opened-invitations.js';

/** How people answer invitations into organizations. It is there only if mail can be sent. */
@Module({
  imports: [DirectoryModule, SessionsModule, SignInModule, UsersModule, ViewsModule],
  controllers: [InvitationController],
  providers: [InvitationAnswers, InvitationPages, NewAccounts, OpenedInvitations],
})
export class InvitationModule {}
