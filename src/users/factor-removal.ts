import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { nameOf, type Originator } from '../audit/originator.js';
import type { RemovedFactor } from '../mail/messages/factor-removed.js';
import { Notifications } from '../mail/notifications.js';
import { AuthenticatorsStore } from '../persistence/stores/authenticators.store.js';
import { PasskeysStore } from '../persistence/stores/passkeys.store.js';
import { RecoveryCodesStore } from '../persistence/stores/recovery-codes.store.js';
import { UserFactorsStore } from '../persistence/stores/user-factors.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { UserAuthority } from './user-authority.js';

/** Removes what people sign in with. `actor` is the actor in the audit trail. */
@Injectable()
export class FactorRemoval {
  constructor(
    private readonly authenticators: AuthenticatorsStore,
    private readonly passkeys: PasskeysStore,
    private readonly recoveryCodes: RecoveryCodesStore,
    private readonly userFactors: UserFactorsStore,
    private readonly users: UsersStore,
    private readonly authority: UserAuthority,
    private readonly notifications: Notifications,
    private readonly changes: Changes,
  ) {}

  /** @returns false if there is none */
  async removeAuthenticator(userId: string, actor: Originator): Promise<boolean> {
    return this.changes.change(removed('one-time-code', userId, actor), async (tx, now) => {
      if (!(await this.authenticators.delete(tx, userId))) return false;
      await this.forgetUselessCodes(tx, userId);
      await this.notify(tx, userId, 'one-time-code', actor, now);
      return this.users.changeCredentials(tx, userId);
    });
  }

  /** @returns false if nothing was removed: there is no such passkey, or it is the last thing that the user can begin a sign-in with */
  async removePasskey(userId: string, id: string, actor: Originator): Promise<boolean> {
    return this.changes.change(removed('passkey', userId, actor), async (tx, now) => {
      // Held, so that of two requests that each remove one of two passkeys one is refused.
      await this.users.hold(tx, userId);
      const { passwords, identities, hardwarePasskeys, copiedPasskeys } = await this.userFactors.within(
        tx,
        userId,
      );
      if (passwords + identities === 0 && hardwarePasskeys + copiedPasskeys === 1) return false;
      if (!(await this.passkeys.delete(tx, id, userId))) return false;
      await this.forgetUselessCodes(tx, userId);
      await this.notify(tx, userId, 'passkey', actor, now);
      return this.users.changeCredentials(tx, userId);
    });
  }

  /**
   * Removes everything but the password, for somebody who has lost it, and ends all sessions.
   * @throws NotFoundException
   * @throws ConflictException if the user has no password
   */
  async reset(userId: string, actor: Originator): Promise<void> {
    await this.changes.change(removed('all', userId, actor), async (tx, now) => {
      if (!(await this.users.hold(tx, userId))) throw new NotFoundException(`there is no user ${userId}`);
      const counts = await this.userFactors.within(tx, userId);
      if (counts.passwords + counts.identities === 0)
        throw new ConflictException('the user has no password to sign in with: set one first');
      if (
        counts.authenticators + counts.recoveryCodes + counts.hardwarePasskeys + counts.copiedPasskeys ===
        0
      )
        return false;
      await this.authenticators.delete(tx, userId);
      await this.passkeys.deleteAll(tx, userId);
      await this.recoveryCodes.delete(tx, userId);
      await this.authority.endSessions(tx, userId, now);
      await this.notify(tx, userId, 'all', nameOf(actor), now);
      return this.users.changeCredentials(tx, userId);
    });
  }

  private async notify(
    tx: Transaction,
    userId: string,
    factor: RemovedFactor,
    actor: Originator,
    now: number,
  ): Promise<void> {
    const address = typeof actor === 'string' ? undefined : actor.address;
    await this.notifications.notify(tx, { message: 'factor-removed', userId, factor, address }, now);
  }

  /** Recovery codes stand in for another factor: without one they go too. */
  private async forgetUselessCodes(tx: Transaction, userId: string): Promise<void> {
    const { authenticators, hardwarePasskeys, copiedPasskeys } = await this.userFactors.within(tx, userId);
    if (authenticators + hardwarePasskeys + copiedPasskeys === 0) await this.recoveryCodes.delete(tx, userId);
  }
}

const removed = (factor: string, userId: string, actor: Originator) =>
  ({ event: 'factor.removed', actor, userId, detail: { factor } }) as const;
