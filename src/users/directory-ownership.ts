import { isDeepStrictEqual } from 'node:util';
import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { AttributesStore, type ValueOwner } from '../persistence/stores/attributes.store.js';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
import type { Transaction } from '../persistence/transaction.js';
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

  /** The names of the attributes of a user whose values a directory states. */
  async attributesOfDirectory(userId: string): Promise<string[]> {
    return (await this.statedBy(userId)).map(({ name }) => name);
  }

  /**
   * @param given values by the names of attributes; one that is stored already is no change
   * @param tx in which the user is held, if that is so
   * @throws ConflictException naming the first attribute whose value a directory states
   */
  async requireOwnAttributes(
    userId: string,
    given: Readonly<Record<string, unknown>>,
    tx?: Transaction,
  ): Promise<void> {
    const owners = await this.statedBy(userId, tx);
    if (owners.length === 0) return;
    const stored = await this.attributes.storedValuesOf(userId, tx);
    const isChange = (name: string): boolean =>
      Object.hasOwn(given, name) &&
      given[name] !== undefined &&
      !isDeepStrictEqual(given[name], stored.find((one) => one.name === name)?.value);
    const owner = owners.find(({ name }) => isChange(name));
    if (owner)
      throw new ConflictException(`${owner.name} belongs to the directory ${owner.alias}: change it there`);
  }

  private async statedBy(userId: string, tx?: Transaction): Promise<ValueOwner[]> {
    if (!this.settings.signIn.withUpstreams) return [];
    return (await this.attributes.ownersOf(userId, tx)).filter(({ protocol }) => protocol === 'ldap');
  }

  private async directoryOf(userId: string): Promise<string | undefined> {
    return this.settings.signIn.withUpstreams ? this.identities.directoryOf(userId) : undefined;
  }
}
