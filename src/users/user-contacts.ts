import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { MembershipSources } from '../directory/organizations/membership-sources.js';
import { type HeldUser, UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { recordUpdate } from './user-events.js';
import { changedContacts, type Contacts, verifiedAddressOf } from './verified-contacts.js';

/** Changes the e-mail addresses of users who are held, with the event of it. */
@Injectable()
export class UserContacts {
  constructor(
    private readonly users: UsersStore,
    private readonly memberships: MembershipSources,
    private readonly changes: Changes,
  ) {}

  /** @throws DuplicateError at the end of the transaction at the latest, if another user has the verified address */
  async change(
    tx: Transaction,
    held: HeldUser,
    change: Partial<Contacts>,
    { actor, now }: { readonly actor: Originator; readonly now: number },
  ): Promise<void> {
    const columns = changedContacts(held, change);
    const before = await this.users.read(tx, held.id);
    await recordUpdate(this.changes, tx, { before, columns, disabled: undefined, actor, now });
    await this.users.update(tx, held.id, { ...columns, updatedAt: now });
    if (held.emailVerified)
      await this.memberships.endOfAddress(tx, held.id, verifiedAddressOf(columns), { actor, now });
  }
}
