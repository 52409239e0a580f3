import type { User } from '../persistence/entities/user.entity.js';
import { usernameKey, type UsersStore } from '../persistence/stores/users.store.js';
import { toColumns } from '../users/user-profile.js';
import { changedContacts, noContacts } from '../users/verified-contacts.js';
import type { Configuration } from './configuration-file.js';

/** Who holds which verified e-mail address, while the users of a file are applied one after the other. */
export class VerifiedAddresses {
  /** The key of the username that holds the address; undefined once it was given up. */
  private readonly holders = new Map<string, string | undefined>();

  constructor(private readonly users: UsersStore) {}

  /** Applies an entry. Returns false if another user holds its verified address then. */
  async take(entry: Configuration['users'][number], present: User | null): Promise<boolean> {
    const own = usernameKey(entry.username);
    const before = present?.verifiedEmailKey ?? null;
    const { verifiedEmailKey: after } = changedContacts(present ?? noContacts, toColumns(entry));
    if (before !== null && before !== after) this.holders.set(before, undefined);
    if (after === null) return true;
    const holder = this.holders.has(after)
      ? this.holders.get(after)
      : (await this.users.findByVerifiedEmail(after))?.usernameKey;
    this.holders.set(after, holder ?? own);
    return holder === undefined || holder === own;
  }
}
