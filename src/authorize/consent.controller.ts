import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { ConsentPages, requiredScope } from '../consent/consent-page.js';
import { Browser } from '../http/browser.js';
import { FormGuard } from '../http/form.guard.js';
import { pageHeaders } from '../http/headers.js';
import type { LiveSession } from '../persistence/stores/sessions.store.js';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { type Interaction, Interactions, interactionPath } from '../interaction/interaction.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { AuthorizationResponses } from './authorization-response.js';
import { clientAddress } from '../views/links.js';
import { type ConsentForm, readConsentForm } from './consent-form.js';
import { AuthorizationFlow, type Stop } from './authorization-flow.js';
import { Issuance } from './issuance.js';

/** The consent page. For who is signed in, in the browser that began the request. */
@ApiExcludeController()
@Controller(endpoints.consent)
export class ConsentController {
  constructor(
    private readonly flow: AuthorizationFlow,
    private readonly interactions: Interactions,
    private readonly pages: ConsentPages,
    private readonly issuance: Issuance,
    private readonly responses: AuthorizationResponses,
    private readonly browser: Browser,
  ) {}

  @Get()
  async ask(
    @Query('interaction') sealed: string,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const interaction = await this.interactions.open(sealed, http);
    const stop = await this.stop(interaction, http, reply);
    if (!stop) return;
    const { request, remembered } = stop.stop;
    const html = await this.pages.render({
      client: request.client,
      redirectUri: request.redirectUri,
      scopes: request.scopes,
      remembered,
      session: stop.session,
      // The answer counts for the session that saw the question.
      interaction: await this.interactions.seal({ ...interaction, askedSession: stop.session.tokenHash }),
      csrfToken: this.browser.csrfToken(http, reply),
    });
    pageHeaders(reply, {
      formAction: interaction.redirectOrigin,
      imageUri: clientAddress(request.client.metadata.logoUri),
    });
    reply.send(html);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(FormGuard)
  async decide(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = readConsentForm(http);
    const interaction = await this.interactions.open(form.interaction, http);
    const stop = await this.stop(interaction, http, reply);
    if (!stop) return;
    const { session } = stop;
    const { request } = stop.stop;
    if (form.decision === 'switch') {
      const sealed = await this.interactions.seal({ ...interaction, outdatedSession: session.tokenHash });
      reply.redirect(interactionPath(endpoints.signIn, sealed), 303);
    } else if (interaction.askedSession !== session.tokenHash) {
      reply.redirect(interactionPath(endpoints.consent, await this.interactions.seal(interaction)), 303);
    } else {
      await this.answer(request, session, form, reply);
    }
  }

  private async answer(
    request: AuthorizationRequest,
    session: LiveSession,
    form: ConsentForm,
    reply: FastifyReply,
  ): Promise<void> {
    const allowed = request.scopes.filter((scope) => scope === requiredScope || form.scopes.has(scope));
    if (form.decision !== 'allow' || allowed.length === 0) {
      const denied = new OAuthError('access_denied', 'the resource owner denied the request');
      await this.flow.refuse(request, denied, reply);
      return;
    }
    const issued = await this.issuance.issue(request, session, allowed, true);
    await this.responses.success(reply, request, session, issued);
  }

  /** Where the request stands, when it still is about consent; otherwise the browser is sent on. */
  private async stop(
    interaction: Interaction,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ readonly stop: Stop; readonly session: LiveSession } | undefined> {
    const stop = await this.flow.stopAt(Parameters.from(interaction.parameters), interaction, http, reply);
    if (!stop) return undefined;
    if (stop.step.kind === 'consent') return { stop, session: stop.step.session };
    reply.redirect(interactionPath(endpoints.resume, await this.interactions.seal(interaction)), 303);
    return undefined;
  }
}
