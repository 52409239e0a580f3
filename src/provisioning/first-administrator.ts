import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { generatePassword } from '../crypto/generated-password.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { UserAccounts } from '../users/user-accounts.js';

/** The administrator that the first start created. */
export interface FirstAdministratorAccount {
  readonly username: string;
  /** Absent if the operator chose it (`EYRIE_ADMIN_PASSWORD`). Shown once, never logged. */
  readonly generatedPassword?: string;
}

/** The first account of a new installation. */
@Injectable()
export class FirstAdministrator {
  constructor(
    private readonly users: UsersStore,
    private readonly accounts: UserAccounts,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Creates `admin` if there is no user at all.
   * @returns the account; undefined if there is a user, or another replica has just created it
   */
  async createIfNobody(): Promise<FirstAdministratorAccount | undefined> {
    if ((await this.users.count()) > 0) return undefined;
    const username = 'admin';
    const chosen = this.settings.adminPassword;
    const password = chosen ?? generatePassword();
    try {
      await this.accounts.create(
        { username, password, name: 'Administrator', administrator: true },
        'eyrie:start',
      );
    } catch (error) {
      if (error instanceof ConflictException) return undefined;
      throw error;
    }
    return chosen === undefined ? { username, generatedPassword: password } : { username };
  }
}
