import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Changes } from '../../audit/changes.js';
import { recoveryCodeHash } from '../../crypto/recovery-code.js';
import { formParameters } from '../../http/forms.js';
import { addressOf } from '../../http/network.js';
import { RecoveryCodesStore } from '../../persistence/stores/recovery-codes.store.js';
import type { SignInProgress } from '../sign-in-progress.js';
import type { Factor, FactorOutcome } from './factor.js';
import { FurtherFactors } from './further-factors.js';

/** A code that was written down for the day on which other factors are lost. Each signs in once. */
@Injectable()
export class RecoveryCodeFactor implements Factor {
  readonly name = 'recovery-code';

  constructor(
    private readonly furtherFactors: FurtherFactors,
    private readonly codes: RecoveryCodesStore,
    private readonly changes: Changes,
  ) {}

  async check(request: FastifyRequest, progress: SignInProgress | undefined): Promise<FactorOutcome> {
    const code = formParameters(request).get('code') ?? '';
    return this.furtherFactors.checkCode(this.name, request, progress, (userId) =>
      this.use(userId, code, addressOf(request)),
    );
  }

  private async use(userId: string, code: string, address: string): Promise<boolean> {
    const event = { event: 'factor.recovery_code_used', actor: `user:${userId}`, userId, address } as const;
    return this.changes.change(event, (tx, now) =>
      this.codes.use(tx, userId, recoveryCodeHash(userId, code), now),
    );
  }
}
