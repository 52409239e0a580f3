import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { formParameters } from '../../http/forms.js';
import { message } from '../../locales/message.js';
import { EmailCodes } from '../email-codes.js';
import type { SignInProgress } from '../sign-in-progress.js';
import type { Factor, FactorOutcome, PreparedFactor } from './factor.js';
import { FurtherFactors } from './further-factors.js';

const noAddress = { kind: 'refused', message: message('factor.notOffered') } as const;

/**
 * A code that is mailed to the verified address. It shows that somebody reads the mail of the account, and not that they have a certain
 * device: e-mail "SHALL NOT be used for out-of-band authentication" (NIST SP 800-63B-4 §3.1.3.1).
 */
@Injectable()
export class EmailCodeFactor implements Factor {
  readonly name = 'email-code';

  constructor(
    private readonly furtherFactors: FurtherFactors,
    private readonly codes: EmailCodes,
  ) {}

  /** Mails a code, or another one if that is what the person asks for. */
  async prepare(
    progress: SignInProgress,
    request: FastifyRequest,
    isAsked: boolean,
  ): Promise<PreparedFactor> {
    if (progress.mailedCode && !isAsked) return { kind: 'prepared', progress };
    const outcome = await this.codes.mail(progress.user.userId, request);
    if (outcome.kind === 'no-address') return noAddress;
    if (outcome.kind === 'throttled') return { ...outcome, message: message('mailed.tooManyRequests') };
    const mailedCode = { ...outcome.code, isAnother: progress.mailedCode !== undefined };
    return { kind: 'prepared', progress: { ...progress, mailedCode } };
  }

  async check(request: FastifyRequest, progress: SignInProgress | undefined): Promise<FactorOutcome> {
    const code = formParameters(request).get('code') ?? '';
    return this.furtherFactors.checkCode(this.name, request, progress, (userId) =>
      this.codes.use(progress?.mailedCode, userId, code, request),
    );
  }
}
