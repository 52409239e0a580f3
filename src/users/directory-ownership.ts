import { isDeepStrictEqual } from 'node:util';
import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
import { type Profile, toProfile } from './user-profile.js';

/**
 * What of a user belongs to the directory (LDAP) to which they are linked, and is changed there. Nothing does where nobody signs in at
 * upstreams (`EYRIE_FIRST_FACTORS`): no directory is asked then.
 */
@Injectable()
export class DirectoryOwnership {
  constructor(
    private readonly identities: IdentitiesStore,
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

  /**
   * @param changes what is to be stored; a value that is stored already is no change
   * @throws ConflictException naming the first member that a directory owns
   */
  async requireOwnMembers(
    user: { readonly id: string } & Parameters<typeof toProfile>[0],
    changes: Profile,
  ): Promise<void> {
    const alias = await this.directoryOf(user.id);
    if (alias === undefined) return;
    const owned = await this.identities.membersOfDirectory(user.id);
    const stored: Readonly<Record<string, unknown>> = { ...toProfile(user) };
    const member = Object.entries(changes).find(
      ([name, value]) =>
        value !== undefined && owned.includes(name) && !isDeepStrictEqual(value, stored[name] ?? null),
    );
    if (member)
      throw new ConflictException(`${member[0]} belongs to the directory ${alias}: change it there`);
  }

  private async directoryOf(userId: string): Promise<string | undefined> {
    return this.settings.signIn.withUpstreams ? this.identities.directoryOf(userId) : undefined;
  }
}
