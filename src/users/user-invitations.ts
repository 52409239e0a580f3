import { ConflictException, Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import type { User } from '../persistence/entities/user.entity.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { DirectoryOwnership } from './directory-ownership.js';
import { UserAccounts } from './user-accounts.js';
import type { InvitedUser } from './user-writes.js';
import { UserLinks } from './user-links.js';

/** Gives people accounts for which they choose the password themselves. `actor` is the actor in the audit trail. */
@Injectable()
export class UserInvitations {
  constructor(
    private readonly users: UsersStore,
    private readonly accounts: UserAccounts,
    private readonly links: UserLinks,
    private readonly ownership: DirectoryOwnership,
    private readonly changes: Changes,
  ) {}

  /**
   * Creates a user without a password, and mails a link to choose one.
   * @throws ConflictException if mail cannot be sent, the username is taken, or another user has the verified e-mail address
   * @throws BadRequestException if the username has invisible characters
   */
  async invite(user: InvitedUser & { readonly email: string }, actor: Originator): Promise<User> {
    this.links.requireMail();
    const link = await this.links.prepare({ purpose: 'invitation' }, { actor });
    return this.accounts.insert(user, actor, { also: (tx, id, now) => this.links.mail(tx, id, link, now) });
  }

  /**
   * Mails another link to an invited user. Links that were mailed before stay as they are.
   * @throws NotFoundException
   * @throws ConflictException if mail cannot be sent, or the user has a password, here or in a directory, or no e-mail address
   */
  async repeat(userId: string, actor: Originator): Promise<void> {
    const { email } = await this.accounts.require(userId);
    this.links.requireMail();
    if (email === null) throw new ConflictException('the user has no e-mail address');
    if ((await this.users.passwordHash(userId)) !== undefined)
      throw new ConflictException('the user has a password already');
    await this.ownership.requireOwnPassword(userId);
    const link = await this.links.prepare({ purpose: 'invitation' }, { actor });
    await this.changes.change([], (tx, now) => this.links.mail(tx, userId, link, now));
  }
}
