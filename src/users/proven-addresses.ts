import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { DuplicateError } from '../persistence/duplicate-error.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { UserContacts } from './user-contacts.js';

/** Marks e-mail addresses as verified once their owners have followed a link. */
@Injectable()
export class ProvenAddresses {
  constructor(
    private readonly users: UsersStore,
    private readonly contacts: UserContacts,
    private readonly changes: Changes,
  ) {}

  /**
   * Marks the address of a user as verified.
   * @returns false if the user has another address by now, or another user has this one verified
   */
  async verify(userId: string, email: string, actor: Originator): Promise<boolean> {
    try {
      return await this.changes.change([], async (tx, now) => {
        const held = await this.users.hold(tx, userId);
        if (held?.email !== email) return false;
        if (held.emailVerified) return true;
        await this.contacts.change(tx, held, { emailVerified: true }, { actor, now });
        return true;
      });
    } catch (error) {
      if (error instanceof DuplicateError) return false;
      throw error;
    }
  }
}
