import { ConflictException, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Message, message } from '../locales/message.js';
import { isMailAddress } from '../config/mail-url.js';
import { Languages } from '../http/languages.js';
import { addressOf } from '../http/network.js';
import { LinkLimits } from '../mail/link-limits.js';
import { IdentitiesStore } from '../persistence/stores/identities.store.js';
import { UserAccounts } from '../users/user-accounts.js';
import { UserEmails } from '../users/user-emails.js';
import type { LinkRequest } from '../users/user-links.js';
import type { AccountEmailPage } from '../views/mailed-page-models.js';

/** What has come of a request about one's own address, in words. */
export type OwnEmailOutcome =
  | { readonly kind: 'done'; readonly notice: Message }
  | {
      readonly kind: 'failed';
      readonly status: 400 | 409 | 429;
      readonly error: Message;
      readonly retryAfterSeconds?: number;
    };

const failed = (status: 400 | 409, error: Message): OwnEmailOutcome => ({
  kind: 'failed',
  status,
  error,
});

const tooMany = (retryAfterSeconds: number): OwnEmailOutcome => ({
  kind: 'failed',
  status: 429,
  error: message('mailed.tooManyRequests'),
  retryAfterSeconds,
});

/** The e-mail address of the person who is signed in. */
@Injectable()
export class OwnEmail {
  constructor(
    private readonly accounts: UserAccounts,
    private readonly emails: UserEmails,
    private readonly identities: IdentitiesStore,
    private readonly limits: LinkLimits,
    private readonly languages: Languages,
  ) {}

  async of(userId: string): Promise<Pick<AccountEmailPage, 'email' | 'isVerified' | 'isFixed'>> {
    const { email, emailVerified } = await this.accounts.require(userId);
    const isFixed = (await this.identities.membersOwned(userId)).includes('email');
    return { email: email ?? undefined, isVerified: emailVerified, isFixed };
  }

  /** Mails a link that verifies the address. */
  async askToVerify(userId: string, request: FastifyRequest): Promise<OwnEmailOutcome> {
    const address = addressOf(request);
    const wait = await this.limits.count(userId, address);
    if (wait !== undefined) return tooMany(wait);
    try {
      await this.emails.askToVerify(userId, this.requestOf(userId, request));
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
      return failed(409, message('email.nothingToVerify'));
    }
    return { kind: 'done', notice: message('email.linkSent') };
  }

  /** Mails the links that change the address. */
  async askToChange(userId: string, newEmail: string, request: FastifyRequest): Promise<OwnEmailOutcome> {
    if (!isMailAddress(newEmail)) return failed(400, message('email.invalid'));
    const address = addressOf(request);
    const wait = await this.limits.count(userId, address);
    if (wait !== undefined) return tooMany(wait);
    const { email, isFixed } = await this.of(userId);
    if (isFixed) return failed(409, message('email.ofUpstream'));
    if (email === newEmail) return failed(400, message('email.same'));
    await this.emails.askToChange(userId, newEmail, this.requestOf(userId, request));
    return { kind: 'done', notice: message('email.linksSent') };
  }

  private requestOf(userId: string, request: FastifyRequest): LinkRequest {
    return {
      actor: { name: `user:${userId}`, address: addressOf(request) },
      language: this.languages.of(request).tag,
    };
  }
}
