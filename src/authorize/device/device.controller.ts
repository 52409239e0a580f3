import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../../config/clock.js';
import { endpoints } from '../../config/endpoints.js';
import { Browser } from '../../http/browser.js';
import { FormGuard } from '../../http/form.guard.js';
import { formParameters } from '../../http/forms.js';
import { pageHeaders } from '../../http/headers.js';
import { addressOf } from '../../http/network.js';
import { newId } from '../../persistence/id.js';
import { normalUserCode, readableUserCode } from '../../protocol/user-code.js';
import { Interactions } from '../../interaction/interaction.js';
import { Views } from '../../views/views.js';
import { DeviceRequests } from './device-requests.js';
import { UserCodeThrottle } from './user-code-throttle.js';
import { type Message, message } from '../../locales/message.js';

/** The form shows at most this much of a code that was typed. */
const maxShownCharacters = 20;

/** The page on which a person enters the code that a device shows (RFC 8628 §3.3). It needs no sign-in; guesses are throttled. */
@ApiExcludeController()
@Controller(endpoints.device)
export class DeviceController {
  constructor(
    private readonly requests: DeviceRequests,
    private readonly throttle: UserCodeThrottle,
    private readonly interactions: Interactions,
    private readonly browser: Browser,
    private readonly views: Views,
    private readonly clock: Clock,
  ) {}

  /** A code in the URL (`verification_uri_complete`) is filled in, but only the person submits it. */
  @Get()
  show(@Query('user_code') userCode: unknown, @Req() http: FastifyRequest, @Res() reply: FastifyReply): void {
    const typed = typeof userCode === 'string' ? userCode : '';
    this.page(http, reply, { typed });
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async enter(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const typed = formParameters(http).get('user_code') ?? '';
    const retryAfter = await this.throttle.wait(addressOf(http));
    if (retryAfter !== undefined) return this.refuse(http, reply, typed, retryAfter);
    const userCode = normalUserCode(typed);
    const asking = userCode === undefined ? undefined : await this.requests.find(userCode);
    if (userCode === undefined || !asking) {
      const tooMany = await this.throttle.fail(addressOf(http));
      if (tooMany !== undefined) return this.refuse(http, reply, typed, tooMany);
      reply.status(400);
      this.page(http, reply, {
        typed,
        error: message('device.wrongCode'),
      });
      return;
    }
    // Of guesses that were sent at once, no more find out whether they are right than of those sent one by one.
    const exceeded = await this.throttle.wait(addressOf(http));
    if (exceeded !== undefined) return this.refuse(http, reply, typed, exceeded);
    const url = await this.interactions.urlOf('confirm-device', {
      kind: 'device',
      id: newId(),
      userCode,
      browser: this.browser.binding(http, reply),
      startedAt: this.clock.now(),
      clientId: asking.client.clientId,
      clientName: asking.client.name,
    });
    reply.redirect(url, 303);
  }

  private refuse(http: FastifyRequest, reply: FastifyReply, typed: string, retryAfterSeconds: number): void {
    reply.status(429).header('retry-after', String(retryAfterSeconds));
    this.page(http, reply, { typed, error: message('common.tooManyAttempts'), retryAfterSeconds });
  }

  private page(
    http: FastifyRequest,
    reply: FastifyReply,
    { typed, ...rest }: { typed: string; error?: Message; retryAfterSeconds?: number },
  ): void {
    const code = normalUserCode(typed);
    const userCode = code === undefined ? typed.slice(0, maxShownCharacters) : readableUserCode(code);
    const csrfToken = this.browser.csrfToken(http, reply);
    pageHeaders(reply);
    reply.send(this.views.render('device', { csrfToken, userCode, ...rest }, reply));
  }
}
