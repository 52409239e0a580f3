import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OrganizationJoining } from '../directory/organizations/organization-joining.js';
import { addressOf } from '../http/network.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { SessionOpening, type SignIn } from '../sessions/session-opening.js';
import type { FailedOutcome } from './factors/factor.js';
import { NewDevices } from './new-devices.js';
import type { Failure } from './sign-in-pages.js';
import type { SignInProgress } from './sign-in-progress.js';
import { message } from '../locales/message.js';

/** The end of a sign-in. */
@Injectable()
export class SignInCompletion {
  constructor(
    private readonly opening: SessionOpening,
    private readonly devices: KnownDevices,
    private readonly newDevices: NewDevices,
    private readonly joining: OrganizationJoining,
  ) {}

  /**
   * Signs a user in, and remembers the device. They are notified if it is a new one, and become a member of the organization that takes
   * the people of the domain of their address.
   * @returns false if the credentials were changed, the user disabled, or the session at the upstream ended since the proofs were
   * checked: nobody is signed in
   */
  async complete(
    { user, proofs, keep, origin }: SignInProgress,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<boolean> {
    const isKnown = (await this.devices.find(request, user.userId)) !== undefined;
    const also: SignIn['also'] = isKnown
      ? undefined
      : (tx, held, now) => this.newDevices.note(tx, held, request, now);
    if (!(await this.opening.open(user, { proofs, keep, origin, also }, request, reply))) return false;
    await this.devices.remember(reply, user.userId);
    const actor = { name: `user:${user.userId}`, address: addressOf(request) };
    await this.joining.byAddress(user.userId, actor);
    return true;
  }
}

export const accountChanged = {
  kind: 'refused',
  message: message('signIn.accountChanged'),
} as const;

/** Sets the status of a failed attempt, and says on the page why it failed. */
export function failureOf(outcome: FailedOutcome, reply: FastifyReply, refusedStatus = 401): Failure {
  if (outcome.kind === 'refused') {
    reply.status(refusedStatus);
    const { message: error, strength } = outcome;
    return { error, ...(strength && { strength }) };
  }
  const { kind, retryAfterSeconds } = outcome;
  reply.status(kind === 'busy' ? 503 : 429).header('retry-after', String(retryAfterSeconds));
  if (kind === 'busy') return { error: message('signIn.busy'), retryAfterSeconds };
  return { error: outcome.message ?? message('common.tooManyAttempts'), retryAfterSeconds };
}
