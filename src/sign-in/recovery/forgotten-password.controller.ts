import { Controller, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { message } from '../../locales/message.js';
import { endpoints } from '../../config/endpoints.js';
import { Browser } from '../../http/browser.js';
import { formParameters } from '../../http/forms.js';
import { pageHeaders } from '../../http/headers.js';
import { Languages } from '../../http/languages.js';
import { addressOf } from '../../http/network.js';
import { InteractionFormGuard } from '../../interaction/interaction-form.guard.js';
import type { ForgottenPasswordPage } from '../../views/mailed-page-models.js';
import { Views } from '../../views/views.js';
import { SignInPages } from '../sign-in-pages.js';
import { Upstreams } from '../upstream/upstreams.js';
import { sealedPurposeOf, type SignInPurpose, SignInPurposes } from '../sign-in-purposes.js';
import { RecoveryRequests } from './recovery-requests.js';

/** Characters of a username or an e-mail address. */
const maxNameLength = 320;

/** The page on which people ask for a new password. Its answer does not depend on whether there is such an account. */
@ApiExcludeController()
@Controller(endpoints.forgottenPassword)
export class ForgottenPasswordController {
  constructor(
    private readonly requests: RecoveryRequests,
    private readonly purposes: SignInPurposes,
    private readonly pages: SignInPages,
    private readonly browser: Browser,
    private readonly languages: Languages,
    private readonly views: Views,
    private readonly upstreams: Upstreams,
  ) {}

  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.render({ kind: 'account' }, {}, request, reply);
  }

  /** Without a name it comes from the sign-in page, whose purpose it carries on; `back` leads there again. */
  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async ask(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formParameters(request);
    const purpose = await this.purposes.find(sealedPurposeOf(request), request);
    if (form.get('step') === 'sign-in') {
      await this.pages.showFirst({ purpose }, request, reply);
      return;
    }
    const name = form.get('name')?.trim();
    if (form.get('step') === 'begin') {
      await this.render(purpose, {}, request, reply);
      return;
    }
    if (!name || Array.from(name).length > maxNameLength) {
      reply.status(400);
      await this.render(purpose, { name, error: message('forgotten.nothing') }, request, reply);
      return;
    }
    const language = this.languages.of(request).tag;
    const retryAfterSeconds = await this.requests.take({ name, address: addressOf(request), language });
    if (retryAfterSeconds === undefined) {
      await this.render(purpose, { isSent: true }, request, reply);
      return;
    }
    reply.status(429).header('retry-after', String(retryAfterSeconds));
    const error = message('mailed.tooManyRequests');
    await this.render(purpose, { name, error, retryAfterSeconds }, request, reply);
  }

  private async render(
    purpose: SignInPurpose,
    shown: Omit<ForgottenPasswordPage, 'csrfToken' | 'hasDirectories'>,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const csrfToken = this.browser.csrfToken(request, reply);
    const sealed = await this.pages.fieldsOf(purpose);
    const hasDirectories = (await this.upstreams.directories()).length > 0;
    const html = this.views.render(
      'forgotten-password',
      { csrfToken, hasDirectories, ...sealed, ...shown },
      reply,
    );
    pageHeaders(reply);
    reply.send(html);
  }
}
