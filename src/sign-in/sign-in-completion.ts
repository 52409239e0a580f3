import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authentication } from '../protocol/acr.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { type ProvenUser, Sessions } from '../sessions/sessions.js';
import type { FailedOutcome } from './factors/factor.js';
import type { Failure } from './sign-in-pages.js';
import { type SignInPurpose, SignInPurposes } from './sign-in-purposes.js';

/** What a sign-in ends with: what was proven, whether to keep the person signed in, and what it is for. */
export interface CompletedSignIn {
  readonly user: ProvenUser;
  readonly authentication: Authentication;
  readonly keep: boolean;
  readonly purpose: SignInPurpose;
}

/** The end of a sign-in. */
@Injectable()
export class SignInCompletion {
  constructor(
    private readonly sessions: Sessions,
    private readonly devices: KnownDevices,
    private readonly purposes: SignInPurposes,
  ) {}

  /**
   * Signs a user in, and sends the browser to what comes next.
   * @returns false if the credentials were changed, or the user disabled, since the proof was checked: nobody is signed in
   */
  async complete(
    { user, authentication, keep, purpose }: CompletedSignIn,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<boolean> {
    if (!(await this.sessions.open(user, { ...authentication, keep }, request, reply))) return false;
    await this.devices.remember(reply, user.userId);
    await this.purposes.goOn(purpose, request, reply);
    return true;
  }
}

export const accountChanged = {
  kind: 'refused',
  message: 'This account has just been changed. Sign in again.',
} as const;

/** Sets the status of a failed attempt, and says on the page why it failed. */
export function failureOf(outcome: FailedOutcome, reply: FastifyReply, refusedStatus = 401): Failure {
  if (outcome.kind === 'refused') {
    reply.status(refusedStatus);
    return { error: outcome.message };
  }
  const { kind, retryAfterSeconds } = outcome;
  reply.status(kind === 'busy' ? 503 : 429).header('retry-after', String(retryAfterSeconds));
  const error =
    kind === 'busy' ? 'Too many people are signing in at this moment.' : 'There were too many attempts.';
  return { error, retryAfterSeconds };
}
