import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { AuthenticatorsStore } from '../persistence/stores/authenticators.store.js';
import { verbatim } from '../locales/message.js';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
import { PasskeysStore } from '../persistence/stores/passkeys.store.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { UserFactorsStore } from '../persistence/stores/user-factors.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { DirectoryPasswordChange } from '../sign-in/directory-password-change.js';
import { Upstreams } from '../sign-in/upstream/upstreams.js';
import type { SecurityPage } from '../views/factor-page-models.js';

/** The content of the page that shows what somebody signs in with. */
@Injectable()
export class SecurityPages {
  constructor(
    private readonly users: UsersStore,
    private readonly userFactors: UserFactorsStore,
    private readonly passkeys: PasskeysStore,
    private readonly authenticators: AuthenticatorsStore,
    private readonly identities: IdentitiesStore,
    private readonly upstreams: Upstreams,
    private readonly directoryPasswords: DirectoryPasswordChange,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async contentFor({ userId, username }: ActiveSession): Promise<Omit<SecurityPage, 'csrfToken' | 'notice'>> {
    const user = await this.users.find(userId);
    const { recoveryCodes, passwords } = await this.userFactors.of(userId);
    const authenticator = await this.authenticators.find(userId);
    const passkeys = await this.passkeys.of(userId);
    const { secondFactors } = this.settings.signIn;
    return {
      username,
      ...(await this.passwordOf(userId, passwords)),
      passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt }) => ({
        id,
        name,
        ...times(createdAt, lastUsedAt),
      })),
      offered: secondFactors,
      ...(await this.linkedBy(userId)),
      getsEmailCodes:
        secondFactors.includes('email-code') &&
        passkeys.length === 0 &&
        !authenticator &&
        user?.email !== null &&
        user?.emailVerified === true,
      ...(authenticator && { authenticator: times(authenticator.createdAt, authenticator.lastUsedAt) }),
      recoveryCodes,
      timeZone: user?.zoneinfo ?? undefined,
    };
  }

  /** Nothing of a password that belongs to a directory, unless it can be changed from here. */
  private async passwordOf(userId: string, passwords: number): Promise<Pick<SecurityPage, 'hasPassword'>> {
    if (!this.settings.signIn.firstFactors.includes('password')) return {};
    const place = await this.directoryPasswords.placeOf(userId);
    return place === 'elsewhere' ? {} : { hasPassword: place === 'directory' || passwords > 0 };
  }

  private async linkedBy(userId: string): Promise<Pick<SecurityPage, 'identities' | 'linkable'>> {
    const names = new Map((await this.upstreams.all()).map(({ alias, name }) => [alias, name]));
    const identities = await this.identities.of(userId);
    return {
      identities: identities.map(({ id, alias, label, createdAt, lastUsedAt }) => ({
        id,
        upstream: verbatim(names.get(alias) ?? alias),
        label,
        ...times(createdAt, lastUsedAt),
      })),
      linkable: (await this.upstreams.enabled()).map(({ alias, name }) => ({ alias, name: verbatim(name) })),
    };
  }
}

const times = (since: number, lastUsed: number | null): { since: Date; lastUsed?: Date } => ({
  since: new Date(since * 1000),
  ...(lastUsed === null ? {} : { lastUsed: new Date(lastUsed * 1000) }),
});
