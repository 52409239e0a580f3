import { isDeepStrictEqual } from 'node:util';
import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { AttributesStore } from '../persistence/stores/attributes.store.js';
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
    private readonly attributes: AttributesStore,
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

  /**
   * @param given values by the names of attributes; one that is stored already is no change
   * @throws ConflictException naming the first attribute whose value a directory states
   */
  async requireOwnAttributes(userId: string, given: Readonly<Record<string, unknown>>): Promise<void> {
    if ((await this.directoryOf(userId)) === undefined) return;
    const stored = await this.attributes.valuesOf(userId);
    const owner = (await this.attributes.ownersOf(userId)).find(
      ({ name, protocol }) =>
        protocol === 'ldap' && given[name] !== undefined && !isDeepStrictEqual(given[name], stored.get(name)),
    );
    if (owner)
      throw new ConflictException(`${owner.name} belongs to the directory ${owner.alias}: change it there`);
  }

  private async directoryOf(userId: string): Promise<string | undefined> {
    return this.settings.signIn.withUpstreams ? this.identities.directoryOf(userId) : undefined;
  }
}
