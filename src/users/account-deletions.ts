import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Notifications } from '../mail/notifications.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { ProvenUser } from '../sessions/sessions.js';
import { DeletionMails } from './deletion-mails.js';
import { UserAuthority } from './user-authority.js';
import { UserDeletion } from './user-deletion.js';
import { UserWrites } from './user-writes.js';

/** Where a request of a person comes from. */
export interface RequestedFrom {
  readonly address: string;
  readonly userAgent?: string | undefined;
}

/** The actor in the audit trail for what is done when the delay is over. */
const actor = 'eyrie:account-deletion';

/** People delete their own accounts: after a delay, until which the account is closed and they can keep it. */
@Injectable()
export class AccountDeletions {
  constructor(
    private readonly users: UsersStore,
    private readonly writes: UserWrites,
    private readonly authority: UserAuthority,
    private readonly deletion: UserDeletion,
    private readonly mails: DeletionMails,
    private readonly notifications: Notifications,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Closes an account at once: its sessions end, and its grants are revoked. It is deleted after the delay.
   * @returns when it is deleted; undefined if it is deleted already. If it was closed before, nothing changes
   * @throws NotFoundException
   * @throws ConflictException if people may not do so, or no administrator would be left who can sign in
   */
  async request(userId: string, from: RequestedFrom): Promise<number | undefined> {
    const { delay } = this.settings.deletion;
    if (delay === undefined) throw new ConflictException('people cannot delete their accounts here');
    const own = { name: `user:${userId}`, address: from.address };
    await this.changes.change<number | false>(
      (at) => ({ event: 'user.deletion_requested', actor: own, userId, detail: { due_at: at } }),
      async (tx, now) => {
        const { administrator, disabledAt } = await this.writes.hold(tx, userId, undefined);
        if (disabledAt !== null) return false;
        if (administrator) await this.writes.keepAnAdministrator(tx, userId);
        const at = now + delay;
        await this.users.update(tx, userId, { disabledAt: now, deletionDueAt: at, updatedAt: now });
        await this.authority.endAll(tx, userId, 'deletion_requested', now);
        if (delay > 0)
          await this.notifications.notify(
            tx,
            { message: 'deletion-requested', userId, dueAt: at, ...from },
            now,
          );
        return at;
      },
    );
    if (delay === 0) await this.deleteDue(userId);
    return (await this.users.find(userId))?.deletionDueAt ?? undefined;
  }

  /**
   * Keeps an account whose owner has proven who they are.
   * @returns false if it is not about to be deleted, or its credentials were changed since the proof
   */
  async keep({ userId, credentialsVersion }: ProvenUser, from: RequestedFrom): Promise<boolean> {
    const own = { name: `user:${userId}`, address: from.address };
    return this.changes.change({ event: 'user.deletion_cancelled', actor: own, userId }, async (tx, now) => {
      const held = await this.users.hold(tx, userId);
      if (!held || held.deletionDueAt === null || held.credentialsVersion !== credentialsVersion)
        return false;
      await this.users.update(tx, userId, { disabledAt: null, deletionDueAt: null, updatedAt: now });
      await this.notifications.notify(tx, { message: 'account-kept', userId, ...from }, now);
      return true;
    });
  }

  /** Deletes an account whose delay is over, and mails its owner. Returns false if it is kept. */
  async deleteDue(userId: string): Promise<boolean> {
    const mail = await this.mails.prepare(userId);
    return this.deletion.deleteDue(userId, actor, (tx, now) => this.mails.queue(tx, mail, now));
  }
}
