import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Attempts } from '../attempts.js';
import { factorMethods, type FactorName } from '../../protocol/factors.js';
import type { SignInProgress } from '../sign-in-progress.js';
import type { FactorOutcome } from './factor.js';
import { message } from '../../locales/message.js';

/** One answer for every code, so that a failure tells nothing. */
const wrongCode = { kind: 'refused', message: message('factor.wrongCode') } as const;

/** Checks the codes of people who have proven a first factor. */
@Injectable()
export class FurtherFactors {
  constructor(private readonly attempts: Attempts) {}

  /** @param isRight checks the code of a user, and uses it up */
  async checkCode(
    factor: FactorName,
    request: FastifyRequest,
    progress: SignInProgress | undefined,
    isRight: (userId: string) => Promise<boolean>,
  ): Promise<FactorOutcome> {
    if (!progress) throw new Error('a code was checked of nobody');
    const { user, username } = progress;
    const { userId } = user;
    const outcome = await this.attempts.make(
      { factor, username, userId, isFurther: true },
      request,
      async () => ((await isRight(userId)) ? 'right' : undefined),
      wrongCode,
    );
    return outcome.kind === 'right'
      ? { kind: 'proven', user, username, methods: factorMethods[factor] }
      : outcome;
  }
}
