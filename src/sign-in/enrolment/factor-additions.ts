import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { Originator } from '../../audit/originator.js';
import { Notifications } from '../../mail/notifications.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';
import type { ProvenUser } from '../../sessions/sessions.js';
import type { EnrollableFactor } from '../../views/factor-page-models.js';
import { RecoveryCodes } from './recovery-codes.js';

/** Adds factors: with the event of the audit trail, recovery codes if there are none, and a mail to the owner, in one transaction. */
@Injectable()
export class FactorAdditions {
  constructor(
    private readonly users: UsersStore,
    private readonly recoveryCodes: RecoveryCodes,
    private readonly notifications: Notifications,
    private readonly changes: Changes,
  ) {}

  /**
   * @param insert stores the factor
   * @returns new recovery codes; undefined if the credentials were changed since the proof was checked, and nothing was added
   * @throws DuplicateError if the factor is there already
   */
  async add(
    factor: EnrollableFactor,
    { userId, credentialsVersion }: ProvenUser,
    actor: Originator,
    insert: (tx: Transaction, now: number) => Promise<void>,
  ): Promise<readonly string[] | undefined> {
    const event = { event: 'factor.added', actor, userId, detail: { factor } } as const;
    const address = typeof actor === 'string' ? undefined : actor.address;
    const codes = await this.changes.change(event, async (tx, now) => {
      if (!(await this.users.changeCredentials(tx, userId, credentialsVersion))) return false;
      await insert(tx, now);
      const notice = { message: 'factor-added', userId, address, factor } as const;
      await this.notifications.notify(tx, notice, now);
      return this.recoveryCodes.ensure(tx, userId, now);
    });
    return codes === false ? undefined : codes;
  }
}
