import { Inject, Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { Originator } from '../../audit/originator.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { newRecoveryCodes, recoveryCodeHash } from '../../crypto/recovery-code.js';
import { RecoveryCodesStore } from '../../persistence/stores/recovery-codes.store.js';
import { UserFactorsStore } from '../../persistence/stores/user-factors.store.js';
import type { Transaction } from '../../persistence/transaction.js';

/** Makes recovery codes. Only their hashes are stored. */
@Injectable()
export class RecoveryCodes {
  constructor(
    private readonly store: RecoveryCodesStore,
    private readonly userFactors: UserFactorsStore,
    private readonly changes: Changes,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Codes for a user who has set up a factor and has none; the transaction holds the user. */
  async ensure(tx: Transaction, userId: string, now: number): Promise<string[]> {
    if (!this.settings.signIn.secondFactors.includes('recovery-code')) return [];
    const { recoveryCodes } = await this.userFactors.within(tx, userId);
    return recoveryCodes > 0 ? [] : this.create(tx, userId, now);
  }

  /** Replaces the codes of a user. */
  async replace(userId: string, actor: Originator): Promise<string[]> {
    const event = { event: 'factor.added', actor, userId, detail: { factor: 'recovery-code' } } as const;
    return this.changes.change(event, (tx, now) => this.create(tx, userId, now));
  }

  private async create(tx: Transaction, userId: string, now: number): Promise<string[]> {
    const codes = newRecoveryCodes();
    const hashes = codes.map((code) => recoveryCodeHash(userId, code));
    await this.store.replace(tx, userId, hashes, now);
    return codes;
  }
}
