import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientDirectory } from '../clients/client-directory.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Browser } from '../http/browser.js';
import { pageHeaders } from '../http/headers.js';
import { type CameFrom, WayBack } from '../interaction/way-back.js';
import type { Factor } from './factors/factor.js';
import type { SignInPurpose } from './sign-in-purposes.js';

/** What the page shows beside its form. */
export interface ShownSignIn {
  readonly purpose: SignInPurpose;
  readonly username?: string;
  /** Whether the box “Keep me signed in” is ticked. */
  readonly keep?: boolean;
  readonly error?: string;
  readonly retryAfterSeconds?: number;
}

const restartedNotice = 'You were away for more than an hour, so the request was started again.';

/** Shows the page of a factor, with the application that asks for the sign-in. */
@Injectable()
export class SignInPages {
  constructor(
    private readonly clients: ClientDirectory,
    private readonly wayBack: WayBack,
    private readonly browser: Browser,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async show(
    factor: Factor,
    { purpose, keep, ...rest }: ShownSignIn,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const from = applicationOf(purpose);
    const client = from && (await this.clients.find(from.clientId));
    const csrfToken = this.browser.csrfToken(request, reply);
    const opened = purpose.kind === 'interaction' ? purpose.opened : undefined;
    const redirectOrigin = opened?.kind === 'authorization' ? opened.redirectOrigin : undefined;
    const html = factor.page({
      csrfToken,
      clientName: from?.clientName,
      policyUri: client?.metadata.policyUri ?? undefined,
      tosUri: client?.metadata.tosUri ?? undefined,
      canReturn: redirectOrigin !== undefined,
      keep: this.settings.lifetimes.keptSession > 0 ? (keep ?? false) : undefined,
      ...(purpose.kind === 'interaction' || purpose.kind === 'restart'
        ? { interaction: purpose.sealed }
        : {}),
      ...(purpose.kind === 'back'
        ? {
            back: await this.wayBack.seal(purpose.from),
            links: await this.wayBack.linksTo(purpose.from.clientId),
          }
        : {}),
      notice: noticeOf(purpose),
      ...rest,
    });
    pageHeaders(reply, { formAction: redirectOrigin });
    reply.send(html);
  }
}

function applicationOf(purpose: SignInPurpose): CameFrom | undefined {
  if (purpose.kind === 'account') return undefined;
  return purpose.kind === 'back' ? purpose.from : purpose.opened;
}

function noticeOf(purpose: SignInPurpose): string | undefined {
  if (purpose.kind === 'back') return purpose.reason;
  return purpose.kind === 'interaction' && purpose.opened.restarted ? restartedNotice : undefined;
}
