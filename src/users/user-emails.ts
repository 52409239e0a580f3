import { ConflictException, Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { MailedLinks } from '../mail/mailed-links.js';
import { Notifications } from '../mail/notifications.js';
import { DuplicateError } from '../persistence/duplicate-error.js';
import type { MailedLink } from '../persistence/entities/mailed-link.entity.js';
import { newId } from '../persistence/id.js';
import { type HeldUser, UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { UserAccounts } from './user-accounts.js';
import { UserContacts } from './user-contacts.js';
import { type LinkRequest, UserLinks } from './user-links.js';

/** What a confirmed link has led to. */
export type Confirmation =
  | 'verified'
  | 'changed'
  /** The other address must confirm the change too. */
  | 'half-confirmed'
  /** Another user has this address verified. */
  | 'taken'
  /** The link was used meanwhile, or the account has changed since. */
  | 'dead';

/** Verifies and changes e-mail addresses by links that are mailed to them. */
@Injectable()
export class UserEmails {
  constructor(
    private readonly users: UsersStore,
    private readonly accounts: UserAccounts,
    private readonly userLinks: UserLinks,
    private readonly links: MailedLinks,
    private readonly contacts: UserContacts,
    private readonly notifications: Notifications,
    private readonly changes: Changes,
  ) {}

  /**
   * Mails a link to the address of a user, which verifies it.
   * @throws NotFoundException
   * @throws ConflictException if mail cannot be sent, or there is nothing to verify
   */
  async askToVerify(userId: string, request: LinkRequest): Promise<void> {
    const { email, emailVerified } = await this.accounts.require(userId);
    this.userLinks.requireMail();
    if (email === null) throw new ConflictException('the user has no e-mail address');
    if (emailVerified) throw new ConflictException('the e-mail address is verified already');
    const link = await this.userLinks.prepare({ purpose: 'email_verification' }, request);
    await this.changes.change([], (tx, now) => this.userLinks.mail(tx, userId, link, now));
  }

  /**
   * Mails links that change the address of a user: one to the new address, and one to the present one if that is verified. All must be
   * confirmed.
   * @throws NotFoundException
   * @throws ConflictException if mail cannot be sent
   */
  async askToChange(userId: string, newEmail: string, request: LinkRequest): Promise<void> {
    const { email, emailVerified, credentialsVersion } = await this.accounts.require(userId);
    this.userLinks.requireMail();
    const change = { newEmail, pairId: newId(), userEmail: email, credentialsVersion };
    const links = await Promise.all(
      [newEmail, ...(email !== null && emailVerified ? [email] : [])].map((to) =>
        this.userLinks.prepare({ purpose: 'email_change', change: { ...change, to } }, request),
      ),
    );
    await this.changes.change([], async (tx, now) => {
      for (const link of links) await this.userLinks.mail(tx, userId, link, now);
    });
  }

  /**
   * Uses a link up, and does what it confirms.
   * @param actor the owner of the link
   */
  async confirm(link: MailedLink, userId: string, actor: Originator): Promise<Confirmation> {
    const { userEmail } = link;
    const toSealed = userEmail === null ? undefined : await this.notifications.sealAddress(userEmail);
    try {
      return await this.changes.change([], async (tx, now) => {
        const held = await this.users.hold(tx, userId);
        if (!held || !(await this.links.redeem(tx, link, held, now))) return 'dead';
        const { newEmail } = link;
        if (newEmail === null) {
          await this.contacts.change(tx, held, { emailVerified: true }, { actor, now });
          return 'verified';
        }
        if (!(await this.isConfirmed(tx, link, held))) return 'half-confirmed';
        await this.contacts.change(tx, held, { email: newEmail, emailVerified: true }, { actor, now });
        if (toSealed !== undefined)
          await this.notifications.notify(tx, { message: 'email-changed', userId, newEmail, toSealed }, now);
        return 'changed';
      });
    } catch (error) {
      if (error instanceof DuplicateError) return 'taken';
      throw error;
    }
  }

  /** Whether the links to the new address and, if that is verified, to the present one have been used. */
  private async isConfirmed(
    tx: Transaction,
    { pairId, newEmail }: MailedLink,
    held: HeldUser,
  ): Promise<boolean> {
    const addresses = [newEmail, ...(held.emailVerified ? [held.email] : [])];
    for (const address of addresses)
      if (pairId === null || address === null || !(await this.links.isUsed(tx, pairId, address)))
        return false;
    return true;
  }
}
