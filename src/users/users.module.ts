import { Module } from '@nestjs/common';
import { DirectoryModule } from '../directory/directory.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AdministratorProtection } from './administrator-protection.guard.js';
import { AccountDeletions } from './account-deletions.js';
import { DirectoryOwnership } from './directory-ownership.js';
import { DeletionExpiry } from './deletion-expiry.js';
import { DeletionMails } from './deletion-mails.js';
import { FactorRemoval } from './factor-removal.js';
import { FactorsAdminController } from './factors.admin.controller.js';
import { LinkedPasswords } from './linked-passwords.js';
import { ProvenAddresses } from './proven-addresses.js';
import { UserAccounts } from './user-accounts.js';
import { UserAuthority } from './user-authority.js';
import { UserContacts } from './user-contacts.js';
import { UserDeletion } from './user-deletion.js';
import { UserEmails } from './user-emails.js';
import { UserInvitations } from './user-invitations.js';
import { UserLinks } from './user-links.js';
import { UserPasswordRules } from './user-password-rules.js';
import { UserPasswords } from './user-passwords.js';
import { UserWrites } from './user-writes.js';
import { UserMailsAdminController } from './user-mails.admin.controller.js';
import { UserAttributesAdminController } from './user-attributes.admin.controller.js';
import { UsersAdminController } from './users.admin.controller.js';

@Module({
  imports: [DirectoryModule, SessionsModule],
  controllers: [
    UsersAdminController,
    UserAttributesAdminController,
    FactorsAdminController,
    UserMailsAdminController,
  ],
  providers: [
    AdministratorProtection,
    AccountDeletions,
    DeletionExpiry,
    DeletionMails,
    DirectoryOwnership,
    FactorRemoval,
    LinkedPasswords,
    ProvenAddresses,
    UserAccounts,
    UserAuthority,
    UserContacts,
    UserDeletion,
    UserEmails,
    UserInvitations,
    UserLinks,
    UserPasswordRules,
    UserPasswords,
    UserWrites,
  ],
  exports: [
    AccountDeletions,
    DirectoryOwnership,
    FactorRemoval,
    LinkedPasswords,
    UserAccounts,
    UserContacts,
    UserDeletion,
    UserEmails,
    UserLinks,
    UserPasswordRules,
    UserPasswords,
    UserWrites,
  ],
})
export class UsersModule {}
