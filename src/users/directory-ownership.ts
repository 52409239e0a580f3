import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { SETTINGS, type Settings } from '../config/settings.js';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { type Profile, toProfile } from './user-profile.js';

/** What of a user belongs to the directory (LDAP) to which they are linked, and is changed there. */
@Injectable()
export class DirectoryOwnership {
  constructor(
    private readonly identities: IdentitiesStore,
    private readonly users: UsersStore,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'signIn'>,
  ) {}

  /** Whether the password is one of a directory. */
  async hasPassword(userId: string): Promise<boolean> {
    return (await this.directoryOf(userId)) !== undefined;
  }

  /** @throws ConflictException if the password is one of a directory */
  async requireOwnPassword(userId: string): Promise<void> {
    const alias = await this.directoryOf(userId);
    if (alias !== undefined)
      throw new ConflictException(`the password belongs to the directory ${alias}: change it there`);
  }

  /** @throws ConflictException naming the first member that a directory owns, and that would change */
  async requireOwnMembers(userId: string, changes: Profile): Promise<void> {
    const owned = await this.ownedMembers(userId);
    const user = owned.length > 0 ? await this.users.find(userId) : null;
    if (!user) return;
    const stored: Readonly<Record<string, unknown>> = toProfile(user);
    const changed = Object.entries(changes).find(
      ([name, value]) =>
        value !== undefined && owned.includes(name) && !isDeepStrictEqual(stored[name], value),
    );
    if (!changed) return;
    const alias = (await this.directoryOf(userId)) ?? '';
    throw new ConflictException(`${changed[0]} belongs to the directory ${alias}: change it there`);
  }

  /** The members of a user that a directory owns. */
  async ownedMembers(userId: string): Promise<readonly string[]> {
    return this.settings.signIn.withUpstreams ? this.identities.membersOfDirectory(userId) : [];
  }

  private async directoryOf(userId: string): Promise<string | undefined> {
    return this.settings.signIn.withUpstreams ? this.identities.directoryOf(userId) : undefined;
  }
}
