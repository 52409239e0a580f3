import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BusyError } from '../crypto/busy-error.js';
import { addressOf } from '../http/network.js';
import { KnownDevices } from '../sessions/known-devices.js';
import type { ProvenUser } from '../sessions/sessions.js';
import { UserPasswords } from '../users/user-passwords.js';
import type { FailedOutcome } from './factors/factor.js';
import type { SignInProgress } from './sign-in-progress.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { message } from '../locales/message.js';

/** Two texts of the form. */
export interface TypedPassword {
  readonly password: string;
  readonly again: string;
}

/** The outcome of a chosen password. */
export type PasswordChangeOutcome =
  | { readonly kind: 'changed'; readonly user: ProvenUser }
  /** Somebody has changed the password since the proof was given. */
  | { readonly kind: 'outdated' }
  | FailedOutcome;

/** Changes a password that must be changed: between its proof and the session. */
@Injectable()
export class PasswordChange {
  constructor(
    private readonly passwords: UserPasswords,
    private readonly throttle: SignInThrottle,
    private readonly devices: KnownDevices,
  ) {}

  /** Changes the password, if the account is not closed and the password is a good one. */
  async change(
    { user, username }: SignInProgress,
    { password, again }: TypedPassword,
    request: FastifyRequest,
  ): Promise<PasswordChangeOutcome> {
    const { userId, credentialsVersion } = user;
    const address = addressOf(request);
    const knownDevice = await this.devices.find(request, userId);
    const retryAfterSeconds = await this.throttle.wait({ username, address, knownDevice });
    if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds };
    if (password !== again) return { kind: 'refused', message: message('newPassword.differ') };
    if (!(await this.passwords.isCurrent(user))) return { kind: 'outdated' };
    try {
      const violation = await this.passwords.violationOf(userId, password);
      // What was compared may be the password that the same form, sent twice, has just set.
      if (violation !== undefined)
        return (await this.passwords.isCurrent(user))
          ? { kind: 'refused', message: message('newPassword.refused', { violation }) }
          : { kind: 'outdated' };
      const changed = await this.passwords.replace({ userId, credentialsVersion }, password, address);
      return changed ? { kind: 'changed', user: changed } : { kind: 'outdated' };
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      return { kind: 'busy', retryAfterSeconds: error.retryAfterSeconds };
    }
  }
}
