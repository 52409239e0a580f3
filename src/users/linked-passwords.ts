import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { PasswordHasher } from '../crypto/password.js';
import { MailedLinks } from '../mail/mailed-links.js';
import { Notifications } from '../mail/notifications.js';
import type { MailedLink } from '../persistence/entities/mailed-link.entity.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { ProvenAddresses } from './proven-addresses.js';
import { UserAuthority } from './user-authority.js';

/** Sets passwords that people chose by a link in a mail. */
@Injectable()
export class LinkedPasswords {
  constructor(
    private readonly users: UsersStore,
    private readonly links: MailedLinks,
    private readonly authority: UserAuthority,
    private readonly addresses: ProvenAddresses,
    private readonly notifications: Notifications,
    private readonly changes: Changes,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Uses a link up and sets the password. Ends all sessions and revokes all grants with their pending codes, so that nobody who knew the
   * old password keeps access. Who has the link has the address, which counts as verified from now on.
   * @returns false if the link was used meanwhile, or the account changed since it was made
   */
  async set(link: MailedLink, userId: string, password: string, address: string): Promise<boolean> {
    const hash = await this.hasher.hash(password);
    const actor = { name: `user:${userId}`, address };
    const isSet = await this.changes.change(
      { event: 'user.password_set', actor, userId },
      async (tx, now) => {
        const held = await this.users.hold(tx, userId);
        if (!(await this.links.redeem(tx, link, held, now))) return false;
        await this.users.setPassword(tx, userId, { hash, changeRequired: false }, now);
        await this.authority.endAll(tx, userId, 'password_changed', now);
        await this.notifications.notify(tx, { message: 'password-changed', userId, address }, now);
        return true;
      },
    );
    if (isSet) await this.addresses.verify(userId, link.email, actor);
    return isSet;
  }
}
