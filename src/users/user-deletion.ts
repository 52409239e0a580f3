import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { ConsentsStore } from '../persistence/stores/consents.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { Precondition } from '../resource/precondition.js';
import { UserAccounts } from './user-accounts.js';
import { UserAuthority } from './user-authority.js';

/** Deletes users. `actor` is the actor in the audit trail. */
@Injectable()
export class UserDeletion {
  constructor(
    private readonly users: UsersStore,
    private readonly accounts: UserAccounts,
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
  async delete(id: string, actor: Originator, precondition?: Precondition): Promise<void> {
    const about = { actor, userId: id };
    await this.changes.change(
      (wasAdministrator) => [
        { event: 'user.deleted', ...about } as const,
        ...(wasAdministrator === 'administrator'
          ? [{ event: 'user.administrator_revoked', ...about } as const]
          : []),
      ],
      async (tx, now) => {
        const { administrator } = await this.accounts.hold(tx, id, precondition);
        if (administrator) await this.accounts.keepAnAdministrator(tx, id);
        await this.authority.endAll(tx, id, 'user_deleted', now);
        await this.consents.forgetUser(tx, id);
        await this.changes.eraseValues(tx, id);
        await this.users.delete(tx, id);
        return administrator ? 'administrator' : 'user';
      },
    );
  }
}
