import { readFileSync } from 'node:fs';
import { ConflictException, Inject, Injectable } from '@nestjs/common';
import { SettingError } from '../config/setting-error.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { generatePassword } from '../crypto/readable-code.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { UserAccounts } from '../users/user-accounts.js';
import { UserPasswordRules } from '../users/user-password-rules.js';
import { inEnglish } from '../locales/translator.js';

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
    private readonly passwordRules: UserPasswordRules,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Creates `admin` if there is no user at all.
   * @throws SettingError if the password is missing in production, its file cannot be used, or it is easy to guess
   * @returns the account; undefined if there is a user, or another replica has just created it
   */
  async createIfNobody(): Promise<FirstAdministratorAccount | undefined> {
    if ((await this.users.count()) > 0) return undefined;
    const account = { username: 'admin', name: 'Administrator' };
    const { username } = account;
    const chosen = this.chosenPassword();
    if (chosen === undefined && this.settings.production)
      throw new SettingError(
        'EYRIE_ADMIN_PASSWORD is missing: there is no user yet, so set it, or EYRIE_ADMIN_PASSWORD_FILE, to the password of the first administrator',
      );
    const { violation } = chosen === undefined ? {} : await this.passwordRules.assess(chosen, account);
    if (violation !== undefined) throw new SettingError(`${this.passwordSetting} ${inEnglish(violation)}`);
    const password = chosen ?? generatePassword();
    try {
      const user = {
        ...account,
        password,
        administrator: true,
        // It stands in the configuration of the deployment, where others may read it.
        password_change_required: this.settings.production,
      };
      await this.accounts.create(user, 'eyrie:start', { isGenerated: chosen === undefined });
    } catch (error) {
      if (error instanceof ConflictException) return undefined;
      throw error;
    }
    return chosen === undefined ? { username, generatedPassword: password } : { username };
  }

  /** The setting that holds the password. */
  private get passwordSetting(): string {
    return this.settings.adminPasswordFile === undefined
      ? 'EYRIE_ADMIN_PASSWORD'
      : 'EYRIE_ADMIN_PASSWORD_FILE';
  }

  private chosenPassword(): string | undefined {
    const { adminPassword, adminPasswordFile: file } = this.settings;
    return file === undefined ? adminPassword : readPassword(file);
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
