import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { IdentitiesStore } from '../../persistence/stores/identities.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import type { LoadedUpstream } from '../upstream/definition.js';
import { domainOf } from '../upstream/mapping.js';
import { Upstreams } from '../upstream/upstreams.js';

/** Chooses the directories (LDAP) that are asked about a name. */
@Injectable()
export class DirectoryChoice {
  constructor(
    private readonly upstreams: Upstreams,
    private readonly identities: IdentitiesStore,
    private readonly users: UsersStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The directories that are asked about a name of which nothing is known here. */
  async ofUnknown(username: string): Promise<readonly LoadedUpstream[]> {
    const directories = await this.upstreams.directories();
    const domain = domainOf(username.trim());
    const ofDomain = directories.filter(({ email_domains: domains }) =>
      domains.some((one) => one.toLowerCase() === domain),
    );
    return ofDomain.length > 0 ? ofDomain : directories;
  }

  /**
   * Read from top to bottom: whoever is linked to a directory has its password alone; an account with a password here has that one;
   * anybody else is looked for in the directory of their address, or else in all of them. Whoever is about to link an account signs in
   * with one that is known here.
   */
  async of(username: string, isLinking: boolean): Promise<readonly LoadedUpstream[]> {
    const directories = await this.upstreams.directories();
    if (directories.length === 0) return [];
    const user = await this.find(username);
    const linked = user ? await this.identities.of(user.id) : [];
    const owners = directories.filter(({ id }) => linked.some(({ upstreamId }) => upstreamId === id));
    if (owners.length > 0) return owners;
    if (user && (await this.users.passwordHash(user.id)) !== undefined) return [];
    if (isLinking) return [];
    return this.ofUnknown(username);
  }

  /** The account here that a name means; null if there is none. */
  async find(username: string): Promise<User | null> {
    return this.users.findBySignInName(username, this.settings.signIn.withEmail === 'on');
  }
}
