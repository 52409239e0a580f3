import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BusyError } from '../crypto/busy-error.js';
import type { PasswordStrength } from '../crypto/password-rules.js';
import { addressOf } from '../http/network.js';
import { KnownDevices } from '../sessions/known-devices.js';
import type { ProvenUser } from '../sessions/sessions.js';
import { DirectoryOwnership } from '../users/directory-ownership.js';
import { type ReplaceOptions, UserPasswords } from '../users/user-passwords.js';
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
  | { readonly kind: 'changed'; readonly user: ProvenUser; readonly strength: PasswordStrength }
  /** Somebody has changed the password since the proof was given. */
  | { readonly kind: 'outdated' }
  | FailedOutcome;

/** Changes the password of somebody who has just proven who they are. */
@Injectable()
export class PasswordChange {
  constructor(
    private readonly passwords: UserPasswords,
    private readonly throttle: SignInThrottle,
    private readonly devices: KnownDevices,
    private readonly ownership: DirectoryOwnership,
  ) {}

  /**
   * Changes the password, if the account is not closed and the password is a good one.
   * @param ending what it ends; by default, all sessions
   */
  async change(
    { user, username }: Pick<SignInProgress, 'user' | 'username'>,
    { password, again }: TypedPassword,
    request: FastifyRequest,
    ending: Pick<ReplaceOptions, 'keptSessionId' | 'endsGrants'> = {},
  ): Promise<PasswordChangeOutcome> {
    const { userId, credentialsVersion } = user;
    const address = addressOf(request);
    const knownDevice = await this.devices.find(request, userId);
    const retryAfterSeconds = await this.throttle.wait({ username, address, knownDevice });
    if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds };
    if (await this.ownership.hasPassword(userId))
      return { kind: 'refused', message: message('newPassword.directory') };
    if (password !== again) return { kind: 'refused', message: message('newPassword.differ') };
    if (!(await this.passwords.isCurrent(user))) return { kind: 'outdated' };
    try {
      const { violation, strength } = await this.passwords.assess(userId, password);
      // What was compared may be the password that the same form, sent twice, has just set.
      if (violation !== undefined)
        return (await this.passwords.isCurrent(user))
          ? { kind: 'refused', message: message('newPassword.refused', { violation }), strength }
          : { kind: 'outdated' };
      const changed = await this.passwords.replace({ userId, credentialsVersion }, password, {
        address,
        userAgent: request.headers['user-agent'],
        ...ending,
      });
      return changed ? { kind: 'changed', user: changed, strength } : { kind: 'outdated' };
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      return { kind: 'busy', retryAfterSeconds: error.retryAfterSeconds };
    }
  }
}
