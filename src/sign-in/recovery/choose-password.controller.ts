import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { message } from '../../locales/message.js';
import { endpoints } from '../../config/endpoints.js';
import { Browser } from '../../http/browser.js';
import { FormGuard } from '../../http/form.guard.js';
import { formParameters } from '../../http/forms.js';
import { pageHeaders } from '../../http/headers.js';
import { addressOf } from '../../http/network.js';
import { Views } from '../../views/views.js';
import { failureOf } from '../sign-in-completion.js';
import type { Failure } from '../sign-in-pages.js';
import { type LinkOwner, PasswordByLink } from './password-by-link.js';
import { showUnusableLink } from './unusable-link.js';

/** The page that a mailed link leads to: somebody chooses a password. Opening it changes nothing. */
@ApiExcludeController()
@Controller(endpoints.choosePassword)
export class ChoosePasswordController {
  constructor(
    private readonly passwords: PasswordByLink,
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
    const found = await this.passwords.open(token, addressOf(request));
    if (found.kind === 'usable') this.render(token, found.owner, {}, request, reply);
    else showUnusableLink(found, this.views, reply);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async choose(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formParameters(request);
    const token = form.get('token') ?? '';
    const typed = {
      password: form.get('new_password') ?? '',
      again: form.get('new_password_again') ?? '',
    };
    const outcome = await this.passwords.choose(token, typed, addressOf(request));
    if (outcome.kind === 'chosen') this.showDone(reply);
    else if (outcome.kind === 'unusable') showUnusableLink(outcome.found, this.views, reply);
    else this.render(token, outcome.owner, failureOf(outcome.outcome, reply, 400), request, reply);
  }

  private render(
    token: string,
    { username, isInvited }: LinkOwner,
    failure: Failure,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const csrfToken = this.browser.csrfToken(request, reply);
    const html = this.views.render(
      'choose-password',
      { csrfToken, token, username, isInvited, ...failure },
      reply,
    );
    pageHeaders(reply);
    reply.send(html);
  }

  private showDone(reply: FastifyReply): void {
    pageHeaders(reply);
    reply.send(
      this.views.render(
        'message',
        {
          title: message('choosePassword.done'),
          text: message('choosePassword.next'),
          links: [{ href: endpoints.signIn, label: message('common.signIn') }],
        },
        reply,
      ),
    );
  }
}
