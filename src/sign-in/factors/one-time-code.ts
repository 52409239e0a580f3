import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../config/clock.js';
import { timeStepOf } from '../../crypto/one-time-code.js';
import { Secrets } from '../../crypto/secrets.js';
import { formParameters } from '../../http/forms.js';
import { Database } from '../../persistence/database.js';
import { AuthenticatorsStore } from '../../persistence/stores/authenticators.store.js';
import type { SignInProgress } from '../sign-in-progress.js';
import type { Factor, FactorOutcome } from './factor.js';
import { FurtherFactors } from './further-factors.js';

/** A code of an authenticator app (RFC 6238). "The verifier MUST NOT accept the second attempt of the OTP" (§5.2). */
@Injectable()
export class OneTimeCodeFactor implements Factor {
  readonly name = 'one-time-code';

  constructor(
    private readonly furtherFactors: FurtherFactors,
    private readonly authenticators: AuthenticatorsStore,
    private readonly secrets: Secrets,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async check(request: FastifyRequest, progress: SignInProgress | undefined): Promise<FactorOutcome> {
    const code = formParameters(request).get('code') ?? '';
    return this.furtherFactors.checkCode(this.name, request, progress, (userId) => this.use(userId, code));
  }

  private async use(userId: string, code: string): Promise<boolean> {
    const authenticator = await this.authenticators.find(userId);
    if (!authenticator) return false;
    const secret = (await this.secrets.unseal('authenticator', authenticator.secretSealed)) as
      string | undefined;
    const now = this.clock.now();
    const step = secret === undefined ? undefined : await timeStepOf(secret, code, now);
    if (step === undefined) return false;
    return this.database.write((tx) => this.authenticators.use(tx, authenticator, step, now));
  }
}
