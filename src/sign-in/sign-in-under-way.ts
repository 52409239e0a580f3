import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { formParameters } from '../http/forms.js';
import { SignInPages } from './sign-in-pages.js';
import { type SignInProgress, SignInProgresses } from './sign-in-progress.js';
import { sealedPurposeOf, type SignInPurpose, SignInPurposes } from './sign-in-purposes.js';

/** What the form of a page between the first factor and the session goes on with. */
export interface SignInUnderWay {
  readonly purpose: SignInPurpose;
  readonly progress: SignInProgress;
}

/** Finds the sign-in that a form goes on with. Only for the browser in which its first factor was proven. */
@Injectable()
export class SignInsUnderWay {
  constructor(
    private readonly purposes: SignInPurposes,
    private readonly progresses: SignInProgresses,
    private readonly pages: SignInPages,
  ) {}

  /**
   * @returns undefined if it is over, or belongs to another browser: then the page that a sign-in begins with has been sent
   * @throws PageError 403 if its interaction is forged or belongs to another browser
   */
  async require(request: FastifyRequest, reply: FastifyReply): Promise<SignInUnderWay | undefined> {
    const purpose = await this.purposes.find(sealedPurposeOf(request), request);
    const progress = await this.progresses.open(formParameters(request).get('progress') ?? '', request);
    if (progress) return { purpose, progress };
    await this.pages.showFirst({ purpose }, request, reply);
    return undefined;
  }
}
