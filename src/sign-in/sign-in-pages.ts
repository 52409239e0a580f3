import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientDirectory } from '../clients/client-directory.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Browser } from '../http/browser.js';
import { pageHeaders } from '../http/headers.js';
import { type CameFrom, WayBack } from '../interaction/way-back.js';
import { Views } from '../views/views.js';
import type { Factor } from './factors/factor.js';
import type { SignInPurpose } from './sign-in-purposes.js';

/** Why an attempt failed. */
export interface Failure {
  readonly error?: string;
  readonly retryAfterSeconds?: number;
}

/** What the page shows beside its form. */
export interface ShownSignIn extends Failure {
  readonly purpose: SignInPurpose;
  readonly username?: string;
  /** A sentence about what happened before. */
  readonly notice?: string;
  /** Whether the box “Keep me signed in” is ticked. */
  readonly keep?: boolean;
}

/** What the page of a new password shows. */
export interface ShownNewPassword extends Failure {
  readonly purpose: SignInPurpose;
  readonly username: string;
  /** Sealed: who has proven the password that must be changed. */
  readonly proof: string;
}

const restartedNotice = 'You were away for more than an hour, so the request was started again.';

/** Shows the pages of a sign-in, with the application that asks for it. */
@Injectable()
export class SignInPages {
  constructor(
    private readonly clients: ClientDirectory,
    private readonly wayBack: WayBack,
    private readonly browser: Browser,
    private readonly views: Views,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The page of a factor. */
  async show(
    factor: Factor,
    { purpose, keep, ...rest }: ShownSignIn,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const from = applicationOf(purpose);
    const client = from && (await this.clients.find(from.clientId));
    const csrfToken = this.browser.csrfToken(request, reply);
    const html = factor.page({
      csrfToken,
      clientName: from?.clientName,
      policyUri: client?.metadata.policyUri ?? undefined,
      tosUri: client?.metadata.tosUri ?? undefined,
      canSignUp: this.settings.signIn.signUp !== 'off',
      canRecover: this.settings.mail.server !== undefined,
      canReturn: redirectOriginOf(purpose) !== undefined,
      keep: this.settings.lifetimes.keptSession > 0 ? (keep ?? false) : undefined,
      ...(await this.sealed(purpose)),
      ...(purpose.kind === 'back' ? { links: await this.wayBack.linksTo(purpose.from.clientId) } : {}),
      notice: noticeOf(purpose),
      ...rest,
    });
    pageHeaders(reply, { formAction: redirectOriginOf(purpose) });
    reply.send(html);
  }

  /** The page on which the password is changed. */
  async showNewPassword(
    { purpose, ...rest }: ShownNewPassword,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const csrfToken = this.browser.csrfToken(request, reply);
    const html = this.views.render('new-password', { csrfToken, ...(await this.sealed(purpose)), ...rest });
    pageHeaders(reply, { formAction: redirectOriginOf(purpose) });
    reply.send(html);
  }

  /** The hidden fields that hold the purpose. */
  async sealed(purpose: SignInPurpose): Promise<{ interaction?: string; back?: string }> {
    if (purpose.kind === 'account') return {};
    if (purpose.kind === 'back') return { back: await this.wayBack.seal(purpose.from) };
    return { interaction: purpose.sealed };
  }
}

function redirectOriginOf(purpose: SignInPurpose): string | undefined {
  const opened = purpose.kind === 'interaction' ? purpose.opened : undefined;
  return opened?.kind === 'authorization' ? opened.redirectOrigin : undefined;
}

function applicationOf(purpose: SignInPurpose): CameFrom | undefined {
  if (purpose.kind === 'account') return undefined;
  return purpose.kind === 'back' ? purpose.from : purpose.opened;
}

function noticeOf(purpose: SignInPurpose): string | undefined {
  if (purpose.kind === 'back') return purpose.reason;
  return purpose.kind === 'interaction' && purpose.opened.restarted ? restartedNotice : undefined;
}
