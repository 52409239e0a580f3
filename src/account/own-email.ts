import { ConflictException, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isMailAddress } from '../config/mail-url.js';
import { BusyError } from '../crypto/busy-error.js';
import { addressOf } from '../http/network.js';
import { LinkLimits } from '../mail/link-limits.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import type { FactorOutcome } from '../sign-in/factors/factor.js';
import { PasswordFactor } from '../sign-in/factors/password.js';
import { UserAccounts } from '../users/user-accounts.js';
import { UserEmails } from '../users/user-emails.js';
import type { AccountEmailPage } from '../views/mailed-page-models.js';

/** What has come of a request about one's own address, in words. */
export type OwnEmailOutcome =
  | { readonly kind: 'done'; readonly notice: string }
  | {
      readonly kind: 'failed';
      readonly status: 400 | 401 | 409 | 429 | 503;
      readonly error: string;
      readonly retryAfterSeconds?: number;
    };

/** What somebody types to change the address. */
export interface TypedAddress {
  readonly newEmail: string;
  readonly password: string;
}

const failed = (status: 400 | 401 | 409, error: string): OwnEmailOutcome => ({
  kind: 'failed',
  status,
  error,
});

const tooMany = (retryAfterSeconds: number): OwnEmailOutcome => ({
  kind: 'failed',
  status: 429,
  error: 'There were too many requests.',
  retryAfterSeconds,
});

const busy = (retryAfterSeconds: number): OwnEmailOutcome => ({
  kind: 'failed',
  status: 503,
  error: 'Too many people are signing in at this moment.',
  retryAfterSeconds,
});

/** The e-mail address of the person who is signed in. */
@Injectable()
export class OwnEmail {
  constructor(
    private readonly accounts: UserAccounts,
    private readonly emails: UserEmails,
    private readonly limits: LinkLimits,
    private readonly password: PasswordFactor,
  ) {}

  async of(userId: string): Promise<Pick<AccountEmailPage, 'email' | 'isVerified'>> {
    const { email, emailVerified } = await this.accounts.require(userId);
    return { email: email ?? undefined, isVerified: emailVerified };
  }

  /** Mails a link that verifies the address. */
  async askToVerify(userId: string, request: FastifyRequest): Promise<OwnEmailOutcome> {
    const address = addressOf(request);
    const wait = await this.limits.count(userId, address);
    if (wait !== undefined) return tooMany(wait);
    try {
      await this.emails.askToVerify(userId, { name: `user:${userId}`, address });
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
      return failed(409, 'There is no e-mail address that could be verified.');
    }
    return { kind: 'done', notice: 'A link is on its way to your e-mail address.' };
  }

  /** Mails the links that change the address. A session alone does not suffice: it takes the password too. */
  async askToChange(
    { userId, username }: ActiveSession,
    { newEmail, password }: TypedAddress,
    request: FastifyRequest,
  ): Promise<OwnEmailOutcome> {
    if (!isMailAddress(newEmail)) return failed(400, 'This is not an e-mail address.');
    const proof = await this.prove(username, password, request);
    if (proof.kind === 'refused') return failed(401, 'The password is wrong.');
    if (proof.kind === 'busy') return busy(proof.retryAfterSeconds);
    if (proof.kind === 'throttled') return tooMany(proof.retryAfterSeconds);
    const address = addressOf(request);
    const wait = await this.limits.count(userId, address);
    if (wait !== undefined) return tooMany(wait);
    const { email } = await this.of(userId);
    if (email === newEmail) return failed(400, 'This is your e-mail address already.');
    await this.emails.askToChange(userId, newEmail, { name: `user:${userId}`, address });
    return { kind: 'done', notice: 'Links are on their way. Confirm the change with them.' };
  }

  private async prove(username: string, password: string, request: FastifyRequest): Promise<FactorOutcome> {
    try {
      return await this.password.verify(request, username, password);
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      return { kind: 'busy', retryAfterSeconds: error.retryAfterSeconds };
    }
  }
}
