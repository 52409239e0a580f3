import { ConflictException, Injectable } from '@nestjs/common';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
import type { Profile } from './user-profile.js';

/** What of a user belongs to the directory (LDAP) to which they are linked, and is changed there. */
@Injectable()
export class DirectoryOwnership {
  constructor(private readonly identities: IdentitiesStore) {}

  /** Whether the password is one of a directory. */
  async hasPassword(userId: string): Promise<boolean> {
    return (await this.identities.directoryOf(userId)) !== undefined;
  }

  /** @throws ConflictException if the password is one of a directory */
  async requireOwnPassword(userId: string): Promise<void> {
    const alias = await this.identities.directoryOf(userId);
    if (alias !== undefined)
      throw new ConflictException(`the password belongs to the directory ${alias}: change it there`);
  }

  /** @throws ConflictException naming the first member that a directory owns */
  async requireOwnMembers(userId: string, changes: Profile): Promise<void> {
    const owned = await this.identities.membersOfDirectory(userId);
    const member = Object.entries(changes).find(
      ([name, value]) => value !== undefined && owned.includes(name),
    );
    if (!member) return;
    const alias = (await this.identities.directoryOf(userId)) ?? '';
    throw new ConflictException(`${member[0]} belongs to the directory ${alias}: change it there`);
  }
}
