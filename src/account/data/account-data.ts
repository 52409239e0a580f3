import { Injectable } from '@nestjs/common';
import { Authenticator } from '../../persistence/entities/authenticator.entity.js';
import { Credential } from '../../persistence/entities/credential.entity.js';
import { Identity } from '../../persistence/entities/identity.entity.js';
import { Passkey } from '../../persistence/entities/passkey.entity.js';
import { RecoveryCode } from '../../persistence/entities/recovery-code.entity.js';
import { User } from '../../persistence/entities/user.entity.js';
import { AuthenticatorsStore } from '../../persistence/stores/authenticators.store.js';
import { IdentitiesStore } from '../../persistence/stores/identities.store.js';
import { PasskeysStore } from '../../persistence/stores/passkeys.store.js';
import { RecoveryCodesStore } from '../../persistence/stores/recovery-codes.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { toProfile } from '../../users/user-profile.js';
import { type DataSection, timeOf } from './data-section.js';

/** The account itself, and what the person signs in with. */
@Injectable()
export class AccountData {
  readonly sections: readonly DataSection[] = [
    { name: 'account', from: [User], read: (userId) => this.account(userId) },
    {
      name: 'sign_in',
      from: [Credential, Authenticator, Passkey, RecoveryCode, Identity],
      read: (userId) => this.signIn(userId),
    },
  ];

  constructor(
    private readonly accounts: UserAccounts,
    private readonly users: UsersStore,
    private readonly passkeys: PasskeysStore,
    private readonly authenticators: AuthenticatorsStore,
    private readonly recoveryCodes: RecoveryCodesStore,
    private readonly identities: IdentitiesStore,
  ) {}

  private async account(userId: string): Promise<object> {
    const user = await this.accounts.require(userId);
    return {
      id: user.id,
      username: user.username,
      administrator: user.administrator,
      ...toProfile(user),
      password_change_required: user.passwordChangeRequired,
      known_browsers_forgotten_at: timeOf(user.devicesForgottenAt),
      disabled_at: timeOf(user.disabledAt),
      deletion_due_at: timeOf(user.deletionDueAt),
      created_at: timeOf(user.createdAt),
      updated_at: timeOf(user.updatedAt),
    };
  }

  private async signIn(userId: string): Promise<object> {
    const credentials = await this.users.credentialsOf(userId);
    const authenticator = await this.authenticators.find(userId);
    return {
      passwords: credentials.map(({ createdAt, updatedAt }) => ({
        set_at: timeOf(updatedAt),
        first_set_at: timeOf(createdAt),
      })),
      passkeys: (await this.passkeys.of(userId)).map((passkey) => ({
        name: passkey.name,
        model: passkey.aaguid,
        transports: passkey.transports,
        copied_to_other_devices: passkey.backupEligible,
        created_at: timeOf(passkey.createdAt),
        last_used_at: timeOf(passkey.lastUsedAt),
      })),
      authenticator_app: authenticator && {
        created_at: timeOf(authenticator.createdAt),
        last_used_at: timeOf(authenticator.lastUsedAt),
      },
      recovery_codes: (await this.recoveryCodes.of(userId)).map(({ createdAt, usedAt }) => ({
        created_at: timeOf(createdAt),
        used_at: timeOf(usedAt),
      })),
      linked_accounts: (await this.identities.of(userId)).map((identity) => ({
        upstream: identity.alias,
        subject: identity.subject,
        label: identity.label,
        created_at: timeOf(identity.createdAt),
        last_used_at: timeOf(identity.lastUsedAt),
      })),
    };
  }
}
