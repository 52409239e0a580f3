import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formParameters } from '../../http/forms.js';
import { addressOf } from '../../http/network.js';
import { verbatim } from '../../locales/message.js';
import type { SignInPage } from '../../views/page-models.js';
import { Views } from '../../views/views.js';
import { SignInFailures } from '../sign-in-failures.js';
import { SignInThrottle } from '../sign-in-throttle.js';
import type { Factor, FactorOutcome } from './factor.js';

/** A one-time code (RFC 8176 §2). Nobody has one yet, so every code is wrong. */
@Injectable()
export class OneTimeCodeFactor implements Factor {
  readonly amr = ['otp'];

  constructor(
    private readonly throttle: SignInThrottle,
    private readonly failures: SignInFailures,
    private readonly views: Views,
  ) {}

  page(page: SignInPage, reply: FastifyReply): string {
    return this.views.render('sign-in', page, reply);
  }

  async check(request: FastifyRequest): Promise<FactorOutcome> {
    const username = formParameters(request).get('username') ?? '';
    const attempt = { username, address: addressOf(request), knownDevice: undefined };
    const retryAfterSeconds =
      (await this.throttle.wait(attempt)) ?? (await this.failures.record(attempt, null));
    if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds };
    return { kind: 'refused', message: verbatim('The code is wrong.') };
  }
}
