import { readFileSync } from 'node:fs';
import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { minAdminPasswordLength } from '../config/server-settings.js';
import { SettingError } from '../config/setting-error.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { generatePassword } from '../crypto/generated-password.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { UserAccounts } from '../users/user-accounts.js';

/** The administrator that the first start created. */
export interface FirstAdministratorAccount {
  readonly username: string;
  /** Absent if the operator chose it, as always in production. Shown once, never logged. */
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
   * @throws SettingError if the password is missing in production, or its file cannot be used
   * @returns the account; undefined if there is a user, or another replica has just created it
   */
  async createIfNobody(): Promise<FirstAdministratorAccount | undefined> {
    if ((await this.users.count()) > 0) return undefined;
    const username = 'admin';
    const chosen = this.chosenPassword();
    if (chosen === undefined && this.settings.production)
      throw new SettingError(
        'EYRIE_ADMIN_PASSWORD is missing: there is no user yet, so set it, or EYRIE_ADMIN_PASSWORD_FILE, to the password of the first administrator',
      );
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

  private chosenPassword(): string | undefined {
    const { adminPassword, adminPasswordFile: file } = this.settings;
    if (file === undefined) return adminPassword;
    const password = readPassword(file);
    if (password.length >= minAdminPasswordLength) return password;
    throw new SettingError(
      `EYRIE_ADMIN_PASSWORD_FILE: ${file} holds less than ${minAdminPasswordLength} characters: write a longer password into it`,
    );
  }
}

/** The first line of the file. */
function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    throw new SettingError(
      `EYRIE_ADMIN_PASSWORD_FILE: cannot read ${file} (${(error as Error).message}): correct the path, or let this user read it`,
    );
  }
}
