import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { message } from '../../locales/message.js';
import { endpoints } from '../../config/endpoints.js';
import { Browser } from '../../http/browser.js';
import { FormGuard } from '../../http/form.guard.js';
import { formParameters } from '../../http/forms.js';
import { pageHeaders } from '../../http/headers.js';
import { Languages } from '../../http/languages.js';
import { addressOf } from '../../http/network.js';
import { PageError } from '../../http/page-error.js';
import { type FoundLink, MailedLinks } from '../../mail/mailed-links.js';
import type { CompleteSignUpPage } from '../../views/mailed-page-models.js';
import { Views } from '../../views/views.js';
import { showUnusableLink } from '../recovery/unusable-link.js';
import { failureOf } from '../sign-in-completion.js';
import { SignInPages } from '../sign-in-pages.js';
import { type SignInPurpose, SignInPurposes } from '../sign-in-purposes.js';
import { NewAccounts } from './new-accounts.js';

/** The page that a mailed link leads to: somebody makes an account. Opening it changes nothing. */
@ApiExcludeController()
@Controller(endpoints.completeSignUp)
export class CompleteSignUpController {
  constructor(
    private readonly accounts: NewAccounts,
    private readonly links: MailedLinks,
    private readonly purposes: SignInPurposes,
    private readonly pages: SignInPages,
    private readonly browser: Browser,
    private readonly languages: Languages,
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
    if (found.kind === 'usable') this.render({ token, email: found.link.email }, request, reply);
    else showUnusableLink(found, this.views, reply);
  }

  /** Leads to the sign-in page, of the request during which the account was asked for if this is the same browser. */
  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formParameters(request);
    const token = form.get('token') ?? '';
    const found = await this.find(token, request);
    if (found.kind !== 'usable') {
      showUnusableLink(found, this.views, reply);
      return;
    }
    const { link } = found;
    const username = form.get('username')?.trim() ?? '';
    const name = form.get('name')?.trim() ?? '';
    const password = form.get('new_password') ?? '';
    const again = form.get('new_password_again') ?? '';
    const locale = this.languages.of(request).tag;
    const typed = { username, name, password, again, locale };
    const outcome = await this.accounts.create(link, typed, addressOf(request));
    if (outcome.kind === 'dead') showUnusableLink(outcome, this.views, reply);
    else if (outcome.kind === 'created') {
      const purpose = await this.purposeOf(link.interaction, request);
      const notice = message('completeSignUp.ready');
      await this.pages.showFirst({ purpose, username, notice }, request, reply);
    } else {
      const failure = failureOf(outcome, reply, 400);
      this.render({ token, email: link.email, username, name, ...failure }, request, reply);
    }
  }

  private async find(token: string, request: FastifyRequest): Promise<FoundLink> {
    return this.links.find(token, ['sign_up'], addressOf(request));
  }

  /** Another browser cannot go on with the request. */
  private async purposeOf(interaction: string | null, request: FastifyRequest): Promise<SignInPurpose> {
    try {
      return await this.purposes.find({ interaction: interaction ?? undefined, back: undefined }, request);
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      return { kind: 'account' };
    }
  }

  private render(
    shown: Omit<CompleteSignUpPage, 'csrfToken'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const csrfToken = this.browser.csrfToken(request, reply);
    const html = this.views.render('complete-sign-up', { csrfToken, ...shown }, reply);
    pageHeaders(reply);
    reply.send(html);
  }
}
