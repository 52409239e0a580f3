import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../config/clock.js';
import { BusyError } from '../crypto/busy-error.js';
import { Secrets } from '../crypto/secrets.js';
import { Browser } from '../http/browser.js';
import { addressOf } from '../http/network.js';
import { KnownDevices } from '../sessions/known-devices.js';
import type { ProvenUser } from '../sessions/sessions.js';
import { UserPasswords } from '../users/user-passwords.js';
import type { FailedOutcome } from './factors/factor.js';
import type { Proof } from './policy.js';
import { SignInThrottle } from './sign-in-throttle.js';
import { message } from '../locales/message.js';

/** A user who has proven who they are, but must change the password before anything else. */
export interface ChangingUser extends ProvenUser {
  readonly username: string;
  readonly proofs: readonly Proof[];
  /** Whether to keep them signed in. */
  readonly keep: boolean;
}

/** How {@link ChangingUser} travels, sealed, in the form of the page. */
interface SealedUser extends ChangingUser {
  /** The binding of the browser that gave the proof. */
  readonly browser: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

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

/** A person takes a while to think of a password. */
const proofLifetimeSeconds = 900;

/** Changes a password that must be changed: between its proof and the session. */
@Injectable()
export class PasswordChange {
  constructor(
    private readonly passwords: UserPasswords,
    private readonly throttle: SignInThrottle,
    private readonly devices: KnownDevices,
    private readonly secrets: Secrets,
    private readonly browser: Browser,
    private readonly clock: Clock,
  ) {}

  /** @returns the proof, sealed and bound to the browser: no session, but enough to change the password */
  async prove(user: ChangingUser, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const sealed: SealedUser = {
      ...user,
      browser: this.browser.binding(request, reply),
      expiresAt: this.clock.now() + proofLifetimeSeconds,
    };
    return this.secrets.seal('password-change', sealed);
  }

  /** The user of a proof; undefined if it is forged, expired, or belongs to another browser. */
  async open(proof: string, request: FastifyRequest): Promise<ChangingUser | undefined> {
    const sealed = (await this.secrets.unseal('password-change', proof)) as SealedUser | undefined;
    const isUsable =
      sealed && sealed.expiresAt > this.clock.now() && this.browser.isBoundTo(request, sealed.browser);
    return isUsable ? sealed : undefined;
  }

  /** Changes the password, if the account is not closed and the password is a good one. */
  async change(
    user: ChangingUser,
    { password, again }: TypedPassword,
    request: FastifyRequest,
  ): Promise<PasswordChangeOutcome> {
    const { userId, username, credentialsVersion } = user;
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
