import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Message, message } from '../../locales/message.js';
import { endpoints } from '../../config/endpoints.js';
import { Browser } from '../../http/browser.js';
import { FormGuard } from '../../http/form.guard.js';
import { formParameters } from '../../http/forms.js';
import { pageHeaders } from '../../http/headers.js';
import { addressOf } from '../../http/network.js';
import { type FoundLink, MailedLinks } from '../../mail/mailed-links.js';
import { type Confirmation, UserEmails } from '../../users/user-emails.js';
import { Views } from '../../views/views.js';
import { showUnusableLink } from './unusable-link.js';

/** What the page says once a link was used. */
const outcomes: Readonly<Record<Exclude<Confirmation, 'dead'>, { title: Message; text: Message }>> = {
  verified: { title: message('confirmEmail.verified'), text: message('confirmEmail.thanks') },
  changed: {
    title: message('confirmEmail.changed'),
    text: message('confirmEmail.changedText'),
  },
  'half-confirmed': {
    title: message('confirmEmail.half'),
    text: message('confirmEmail.halfText'),
  },
  taken: {
    title: message('confirmEmail.taken'),
    text: message('confirmEmail.takenText'),
  },
};

/** The page that a mailed link leads to: somebody confirms an e-mail address. Opening it changes nothing. */
@ApiExcludeController()
@Controller(endpoints.confirmEmail)
export class ConfirmEmailController {
  constructor(
    private readonly links: MailedLinks,
    private readonly emails: UserEmails,
    private readonly browser: Browser,
    private readonly views: Views,
  ) {}

  @Get()
  async show(
    @Query('token') given: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const token = typeof given === 'string' ? given : '';
    const found = await this.find(token, request);
    if (found.kind !== 'usable') {
      showUnusableLink(found, this.views, reply);
      return;
    }
    const { email, newEmail } = found.link;
    const csrfToken = this.browser.csrfToken(request, reply);
    const html = this.views.render(
      'confirm-email',
      {
        csrfToken,
        token,
        email: newEmail ?? email,
        isChange: newEmail !== null,
      },
      reply,
    );
    pageHeaders(reply);
    reply.send(html);
  }

  /** A form that comes twice has the answer that what it asked for is done. */
  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async confirm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const token = formParameters(request).get('token') ?? '';
    const found = await this.find(token, request);
    if (found.kind === 'throttled') {
      showUnusableLink(found, this.views, reply);
      return;
    }
    const userId = found.kind === 'usable' ? found.link.userId : null;
    const outcome =
      found.kind === 'usable' && userId !== null
        ? await this.emails.confirm(found.link, userId, {
            name: `user:${userId}`,
            address: addressOf(request),
          })
        : 'dead';
    if (outcome !== 'dead') this.showOutcome(outcome, reply);
    else if ((await this.links.userOfJustUsed(token)) !== undefined) this.showOutcome('verified', reply);
    else showUnusableLink({ kind: 'dead' }, this.views, reply);
  }

  private async find(token: string, request: FastifyRequest): Promise<FoundLink> {
    return this.links.find(token, ['email_verification', 'email_change'], addressOf(request));
  }

  private showOutcome(outcome: keyof typeof outcomes, reply: FastifyReply): void {
    pageHeaders(reply);
    reply.status(outcome === 'taken' ? 409 : 200).send(
      this.views.render(
        'message',
        {
          ...outcomes[outcome],
          links: [{ href: endpoints.account, label: message('account.title') }],
        },
        reply,
      ),
    );
  }
}
