import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Message, message } from '../../locales/message.js';
import { endpoints } from '../../config/endpoints.js';
import { isMailAddress } from '../../config/mail-url.js';
import { Browser } from '../../http/browser.js';
import { formParameters } from '../../http/forms.js';
import { pageHeaders } from '../../http/headers.js';
import { Languages } from '../../http/languages.js';
import { addressOf } from '../../http/network.js';
import { InteractionFormGuard } from '../../interaction/interaction-form.guard.js';
import { Walk } from '../../interaction/walk.js';
import type { SignUpPage } from '../../views/mailed-page-models.js';
import { Views } from '../../views/views.js';
import { SignInPages } from '../sign-in-pages.js';
import { sealedPurposeOf, type SignInPurpose, SignInPurposes } from '../sign-in-purposes.js';
import { SignUpRequests } from './sign-up-requests.js';

type Shown = Omit<SignUpPage, 'csrfToken' | 'domains'>;

/**
 * The page on which people ask for an account. Robots are kept out without a third party: an account takes a link that is mailed, a field
 * that people do not see must stay empty, and each network and address may ask a few times an hour.
 */
@ApiExcludeController()
@Controller(endpoints.signUp)
export class SignUpController {
  constructor(
    private readonly requests: SignUpRequests,
    private readonly purposes: SignInPurposes,
    private readonly pages: SignInPages,
    private readonly browser: Browser,
    private readonly languages: Languages,
    private readonly views: Views,
    walk: Walk,
  ) {
    walk.register('sign-up', async (opened, request, reply) =>
      this.render(await purposes.of(opened), {}, request, reply),
    );
  }

  @Get()
  async show(
    @Query('interaction') interaction: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const purpose = await this.purposes.find({ interaction, back: undefined }, request);
    if (purpose.kind === 'restart') await this.purposes.goOn(purpose, request, reply);
    else await this.render(purpose, {}, request, reply);
  }

  /** `step` begin comes from the sign-in page, whose purpose it carries on, and sign-in leads there again. */
  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async ask(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formParameters(request);
    const purpose = await this.purposes.find(sealedPurposeOf(request), request);
    const step = form.get('step');
    if (step === 'sign-in') {
      await this.pages.showFirst({ purpose }, request, reply);
      return;
    }
    if (step === 'begin') {
      await this.render(purpose, {}, request, reply);
      return;
    }
    const email = form.get('email')?.trim() ?? '';
    const refusal = this.refusalOf(email);
    if (refusal !== undefined) {
      reply.status(400);
      await this.render(purpose, { email, error: refusal }, request, reply);
      return;
    }
    const isRobot = form.get('website') !== undefined;
    const interaction = form.get('interaction');
    const wait = isRobot
      ? undefined
      : await this.requests.take({
          email,
          address: addressOf(request),
          language: this.languages.of(request).tag,
          ...(interaction === undefined ? {} : { interaction }),
        });
    if (wait === undefined) {
      await this.render(purpose, { isSent: true }, request, reply);
      return;
    }
    reply.status(429).header('retry-after', String(wait));
    const error = message('mailed.tooManyRequests');
    await this.render(purpose, { email, error, retryAfterSeconds: wait }, request, reply);
  }

  private refusalOf(email: string): Message | undefined {
    if (!isMailAddress(email)) return message('email.invalid');
    return this.requests.isAdmitted(email) ? undefined : message('signUp.otherDomain');
  }

  private async render(
    purpose: SignInPurpose,
    shown: Shown,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const csrfToken = this.browser.csrfToken(request, reply);
    const sealed = await this.pages.fieldsOf(purpose);
    const { domains } = this.requests;
    const html = this.views.render('sign-up', { csrfToken, domains, ...sealed, ...shown }, reply);
    pageHeaders(reply);
    reply.send(html);
  }
}
