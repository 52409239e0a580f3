import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { AuditEvent } from '../audit/events.js';
import type { Originator } from '../audit/originator.js';
import { ConsentsStore } from '../persistence/stores/consents.store.js';
import { type HeldUser, UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { UserAuthority } from './user-authority.js';
import { type UpdateOptions, UserWrites } from './user-writes.js';

/** Options of a deletion. */
export type DeletionOptions = Pick<UpdateOptions, 'precondition' | 'check'>;

/** Who was deleted. */
type Deleted = 'administrator' | 'user';

/** Deletes users. `actor` is the actor in the audit trail. */
@Injectable()
export class UserDeletion {
  constructor(
    private readonly users: UsersStore,
    private readonly writes: UserWrites,
    private readonly authority: UserAuthority,
    private readonly consents: ConsentsStore,
    private readonly changes: Changes,
  ) {}

  /**
   * Deletes a user with everything that says who it was. All sessions end, and all grants are revoked. The audit trail keeps its events
   * under the id; the values that they hold of the user are erased.
   * @throws NotFoundException
   * @throws ConflictException if no administrator would be left who can sign in
   * @throws PreconditionFailedException
   */
  async delete(id: string, actor: Originator, { precondition, check }: DeletionOptions = {}): Promise<void> {
    await this.changes.change<Deleted>(deletionOf(id, actor), async (tx, now) => {
      const held = await this.writes.hold(tx, id, precondition);
      check?.(held);
      return this.remove(tx, held, now);
    });
  }

  /**
   * Deletes a user whose deletion is due.
   * @param also what else happens in the transaction
   * @returns false if there is no such user, or the account is kept
   */
  async deleteDue(
    id: string,
    actor: Originator,
    also: (tx: Transaction, now: number) => Promise<void>,
  ): Promise<boolean> {
    const deleted = await this.changes.change<Deleted | false>(deletionOf(id, actor), async (tx, now) => {
      const held = await this.users.hold(tx, id);
      if (!held || held.deletionDueAt === null || held.deletionDueAt > now) return false;
      const who = await this.remove(tx, held, now);
      await also(tx, now);
      return who;
    });
    return deleted !== false;
  }

  private async remove(tx: Transaction, { id, administrator }: HeldUser, now: number): Promise<Deleted> {
    if (administrator) await this.writes.keepAnAdministrator(tx, id);
    await this.authority.endAll(tx, id, 'user_deleted', now);
    await this.consents.forgetUser(tx, id);
    await this.changes.eraseValues(tx, id);
    await this.users.delete(tx, id);
    return administrator ? 'administrator' : 'user';
  }
}

/** The events of a deletion. */
const deletionOf =
  (userId: string, actor: Originator) =>
  (who: Deleted): AuditEvent[] => [
    { event: 'user.deleted', actor, userId },
    ...(who === 'administrator' ? [{ event: 'user.administrator_revoked', actor, userId } as const] : []),
  ];
