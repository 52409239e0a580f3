import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { SettingError } from '../config/setting-error.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { generatePassword } from '../crypto/generated-password.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { UserAccounts } from '../users/user-accounts.js';
import { userPasswordViolation } from '../users/user-password.js';

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
   * @throws SettingError if the chosen password is easy to guess
   * @returns the account; undefined if there is a user, or another replica has just created it
   */
  async createIfNobody(): Promise<FirstAdministratorAccount | undefined> {
    if ((await this.users.count()) > 0) return undefined;
    const account = { username: 'admin', name: 'Administrator' };
    const { username } = account;
    const chosen = this.settings.adminPassword;
    const violation = chosen === undefined ? undefined : await userPasswordViolation(chosen, account);
    if (violation !== undefined) throw new SettingError(`EYRIE_ADMIN_PASSWORD ${violation}`);
    const password = chosen ?? generatePassword();
    try {
      await this.accounts.create({ ...account, password, administrator: true }, 'eyrie:start', {
        isGenerated: chosen === undefined,
      });
    } catch (error) {
      if (error instanceof ConflictException) return undefined;
      throw error;
    }
    return chosen === undefined ? { username, generatedPassword: password } : { username };
  }
}
