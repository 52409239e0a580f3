import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { SignInProgress } from '../sign-in-progress.js';
import type { Factor, FactorOutcome } from './factor.js';
import { FurtherFactors } from './further-factors.js';

/** A code that a telephone speaks. Nobody has one yet, so every code is wrong. */
@Injectable()
export class SpokenCodeFactor implements Factor {
  readonly name = 'spoken-code';

  constructor(private readonly furtherFactors: FurtherFactors) {}

  async check(request: FastifyRequest, progress: SignInProgress | undefined): Promise<FactorOutcome> {
    return this.furtherFactors.checkCode(this.name, request, progress, () => Promise.resolve(false));
  }
}
