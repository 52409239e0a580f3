import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { endpoints } from '../../config/endpoints.js';
import { ConsentPages } from '../../consent/consent-page.js';
import { ConsentRecords } from '../../consent/consent-records.js';
import { Browser } from '../../http/browser.js';
import { pageHeaders } from '../../http/headers.js';
import { PageError } from '../../http/page-error.js';
import { type ApprovalInteraction, Interactions } from '../../interaction/interaction.js';
import { message } from '../../locales/message.js';
import type { ActiveSession } from '../../persistence/stores/sessions.store.js';
import { Views } from '../../views/views.js';
import { type AskedApproval, type Decided, scopesForApproval } from './approvals.js';

/** The pages on which people decide about backchannel authentication requests. */
@Injectable()
export class ApprovalPages {
  constructor(
    private readonly consents: ConsentRecords,
    private readonly consentPages: ConsentPages,
    private readonly interactions: Interactions,
    private readonly browser: Browser,
    private readonly views: Views,
  ) {}

  /** Asks; only an answer from this session counts. */
  async ask(
    approval: AskedApproval,
    session: ActiveSession,
    interaction: ApprovalInteraction,
    reply: FastifyReply,
  ): Promise<void> {
    const { request, client } = approval;
    const remembered = await this.consents.remembered({
      userId: session.userId,
      clientId: client.clientId,
      organizationId: null,
    });
    const html = this.views.render(
      'approval',
      {
        csrfToken: this.browser.csrfToken(reply.request, reply),
        interaction: await this.interactions.seal({ ...interaction, shownToSessionHash: session.tokenHash }),
        ...(request.bindingMessage === null ? {} : { bindingMessage: request.bindingMessage }),
        ...this.consentPages.describe(client),
        userName: session.name ?? session.username,
        username: session.username,
        scopes: await this.consentPages.scopes(scopesForApproval(approval, session), undefined, {
          remembered,
        }),
      },
      reply,
    );
    pageHeaders(reply, { images: this.consentPages.imagesOf(client, reply) });
    reply.send(html);
  }

  /** Says what was decided. */
  async showDecision(decided: Decided, interaction: ApprovalInteraction, reply: FastifyReply): Promise<void> {
    const isAllowed = decided === 'allowed';
    const client = await this.interactions.clientNameOf(interaction);
    pageHeaders(reply);
    reply.send(
      this.views.render(
        'message',
        {
          title: message(isAllowed ? 'approval.allowed' : 'approval.denied'),
          text: message(isAllowed ? 'device.goesOn' : 'device.noAccess', { client }),
          links: [{ href: endpoints.account, label: message('common.seeAccount') }],
        },
        reply,
      ),
    );
  }
}

/** The request was decided, has expired, or never was. */
export const noLongerWaits = (): PageError =>
  new PageError(400, 'expired_token', message('approval.tooLate'), message('approval.tooLateReason'), {
    advice: message('common.startAnew'),
    links: [{ href: endpoints.account, label: message('approval.seeWaiting') }],
  });

/** Somebody else is asked. */
export const forSomebodyElse = (): PageError =>
  new PageError(403, 'access_denied', message('approval.forOther'), message('approval.forOtherReason'), {
    advice: message('approval.forOtherAdvice'),
    links: [{ href: endpoints.accountSwitch, label: message('selectAccount.switch') }],
  });
