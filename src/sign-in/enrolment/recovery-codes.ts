import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { Originator } from '../../audit/originator.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { newRecoveryCodes, recoveryCodeHash } from '../../crypto/recovery-code.js';
import { RecoveryCodesStore } from '../../persistence/stores/recovery-codes.store.js';
import { UserFactorsStore } from '../../persistence/stores/user-factors.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import type { Transaction } from '../../persistence/transaction.js';

/** Makes recovery codes. Only their hashes are stored. */
@Injectable()
export class RecoveryCodes {
  constructor(
    private readonly store: RecoveryCodesStore,
    private readonly userFactors: UserFactorsStore,
    private readonly users: UsersStore,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Codes for a user who has set up a factor and has none; the transaction holds the user. */
  async ensure(tx: Transaction, userId: string, now: number): Promise<string[]> {
    if (!this.isOffered) return [];
    const { recoveryCodes } = await this.userFactors.within(tx, userId);
    return recoveryCodes > 0 ? [] : this.create(tx, userId, now);
  }

  /**
   * Replaces the codes of a user.
   * @returns no codes if they are not offered, or the user has no factor in whose place they would stand
   */
  async replace(userId: string, actor: Originator): Promise<string[]> {
    if (!this.isOffered) return [];
    const event = { event: 'factor.added', actor, userId, detail: { factor: 'recovery-code' } } as const;
    const codes = await this.changes.change(event, async (tx, now) => {
      await this.users.hold(tx, userId);
      const { authenticators, hardwarePasskeys, copiedPasskeys } = await this.userFactors.within(tx, userId);
      return authenticators + hardwarePasskeys + copiedPasskeys > 0 && this.create(tx, userId, now);
    });
    return codes === false ? [] : codes;
  }

  private get isOffered(): boolean {
    return this.settings.signIn.secondFactors.includes('recovery-code');
  }

  private async create(tx: Transaction, userId: string, now: number): Promise<string[]> {
    const codes = newRecoveryCodes();
    const hashes = codes.map((code) => recoveryCodeHash(userId, code));
    await this.store.replace(tx, userId, hashes, now);
    return codes;
  }
}
