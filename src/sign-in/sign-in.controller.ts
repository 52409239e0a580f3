import { Controller, Get, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { FormGuard } from '../http/form.guard.js';
import { pageHeaders } from '../http/headers.js';
import { Views } from '../views/views.js';
import { type Interaction, Interactions } from '../interaction/interaction.js';
import { afterSignIn, stepUrl } from '../interaction/steps.js';
import { KnownDevices } from '../sessions/known-devices.js';
import { Sessions } from '../sessions/sessions.js';
import { SignInGuard, type SignInRequest } from './sign-in.guard.js';

/** The sign-in page. Anybody may see it; its form counts only from the browser it was shown in. */
@ApiExcludeController()
@Controller(endpoints.signIn)
export class SignInController {
  constructor(
    private readonly interactions: Interactions,
    private readonly sessions: Sessions,
    private readonly devices: KnownDevices,
    private readonly browser: Browser,
    private readonly views: Views,
  ) {}

  @Get()
  async show(
    @Query('interaction') sealed: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const interaction = await this.open(sealed, request);
    if (!interaction && (await this.sessions.current(request))) {
      reply.redirect(endpoints.account, 303);
      return;
    }
    this.page(request, reply, { sealed, interaction, username: loginHintOf(interaction) });
  }

  @Post()
  @UseGuards(FormGuard, SignInGuard)
  async signIn(@Req() request: SignInRequest, @Res() reply: FastifyReply): Promise<void> {
    const { user: outcome, body: form } = request;
    const interaction = await this.open(form.interaction, request);
    if (outcome.kind === 'signed-in') {
      await this.sessions.open(outcome.user.id, request, reply);
      await this.devices.remember(reply, outcome.user.id);
      reply.redirect(
        interaction && form.interaction
          ? stepUrl(afterSignIn[interaction.kind], form.interaction)
          : endpoints.account,
        303,
      );
      return;
    }
    const shown = { sealed: form.interaction, interaction, username: form.username };
    if (outcome.kind === 'throttled') {
      reply.status(429).header('retry-after', String(outcome.retryAfter));
      this.page(request, reply, {
        ...shown,
        error: 'There were too many attempts.',
        retryAfterSeconds: outcome.retryAfter,
      });
    } else {
      reply.status(401);
      this.page(request, reply, { ...shown, error: 'The username or the password is wrong.' });
    }
  }

  private async open(sealed: string | undefined, request: FastifyRequest): Promise<Interaction | undefined> {
    return sealed ? this.interactions.open(sealed, request) : undefined;
  }

  private page(
    request: FastifyRequest,
    reply: FastifyReply,
    shown: {
      readonly sealed: string | undefined;
      readonly interaction: Interaction | undefined;
      readonly username?: string;
      readonly error?: string;
      readonly retryAfterSeconds?: number;
    },
  ): void {
    const { sealed, interaction, ...rest } = shown;
    const csrfToken = this.browser.csrfToken(request, reply);
    pageHeaders(reply, {
      formAction: interaction?.kind === 'authorization' ? interaction.redirectOrigin : undefined,
    });
    reply.send(
      this.views.signIn({ csrfToken, interaction: sealed, clientName: interaction?.clientName, ...rest }),
    );
  }
}

const loginHintOf = (interaction: Interaction | undefined): string | undefined =>
  interaction?.kind === 'authorization' ? interaction.loginHint : undefined;
