import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { ConsentPages, requiredScope } from '../consent/consent-page.js';
import { Browser } from '../http/browser.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { pageHeaders } from '../http/headers.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { type AuthorizationInteraction, Interactions, withoutSession } from '../interaction/interaction.js';
import { Walk } from '../interaction/walk.js';
import { Sessions } from '../sessions/sessions.js';
import { type ConsentForm, readConsentForm } from './consent-form.js';
import { AuthorizationFlow } from './authorization-flow.js';
import type { Evaluation } from './request-evaluation.js';

/** The request that the page asks about, and the session of the person it asks. */
interface Question extends Pick<
  Evaluation,
  'request' | 'organization' | 'remembered' | 'consented' | 'rememberedDetails'
> {
  readonly session: ActiveSession;
}

/** The consent page. Only for a signed-in person, in the browser that began the request. */
@ApiExcludeController()
@Controller(endpoints.consent)
export class ConsentController {
  constructor(
    private readonly flow: AuthorizationFlow,
    private readonly interactions: Interactions,
    private readonly pages: ConsentPages,
    private readonly browser: Browser,
    private readonly sessions: Sessions,
    private readonly walk: Walk,
  ) {
    walk.register('consent', this.show.bind(this));
  }

  @Get()
  async ask(
    @Query('interaction') sealed: string,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.show(await this.interactions.openAuthorization(sealed, http), http, reply);
  }

  private async show(
    interaction: AuthorizationInteraction,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const question = await this.question(interaction, http, reply);
    if (!question) return;
    const { request, organization, remembered, consented, rememberedDetails, session } = question;
    const html = await this.pages.render(
      {
        client: request.client,
        redirectUri: request.redirectUri,
        scopes: request.scopes,
        organization,
        allowed: { remembered, consented: consented.scopes },
        authorizationDetails: request.authorizationDetails,
        rememberedDetails,
        session,
        // Only an answer from this session counts.
        interaction: await this.interactions.seal({ ...interaction, shownToSessionHash: session.tokenHash }),
        csrfToken: this.browser.csrfToken(http, reply),
      },
      reply,
    );
    pageHeaders(reply, {
      formAction: interaction.redirectOrigin,
      images: this.pages.imagesOf(request.client, reply),
    });
    reply.send(html);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async decide(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = readConsentForm(http);
    const interaction = await this.interactions.openAuthorization(form.interaction, http);
    const question = await this.question(interaction, http, reply);
    if (!question) return;
    const { session } = question;
    if (form.decision === 'switch') {
      const hasOthers = (await this.sessions.held(http)).length > 1;
      const earlierSessionHashes = this.sessions.hashes(http);
      const next = { ...withoutSession(interaction), earlierSessionHashes };
      await this.walk.goOn(hasOthers ? 'select-account' : 'sign-in', next, http, reply);
    } else if (interaction.shownToSessionHash !== session.tokenHash) {
      await this.walk.goOn('consent', interaction, http, reply);
    } else {
      const answered = await this.answer(question, form, interaction, reply);
      // Something has changed meanwhile: the request is evaluated again.
      if (!answered) await this.walk.goOn('resume', interaction, http, reply);
    }
  }

  private async answer(
    { request, organization, session }: Question,
    form: ConsentForm,
    interaction: AuthorizationInteraction,
    reply: FastifyReply,
  ): Promise<boolean> {
    const allowed = request.scopes.filter((scope) => scope === requiredScope || form.scopes.has(scope));
    const { authorizationDetails } = request;
    if (form.decision !== 'allow' || (allowed.length === 0 && authorizationDetails.length === 0)) {
      const denied = new OAuthError('access_denied', 'the resource owner denied the request');
      return this.flow.deny(request, denied, interaction, reply);
    }
    const asked = { scopes: allowed, details: authorizationDetails, organization };
    const shown = await this.pages.wordsOf(asked, reply.request);
    const organizationId = organization?.id ?? null;
    return this.flow.issue(request, { session, scopes: allowed, organizationId, shown }, interaction, reply);
  }

  /** The question of this page; undefined if a response has been sent, since the request no longer needs consent. */
  private async question(
    interaction: AuthorizationInteraction,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Question | undefined> {
    const parameters = Parameters.from(interaction.parameters);
    const evaluation = await this.flow.evaluate(parameters, interaction, http, reply);
    if (!evaluation) return undefined;
    const { step, ...found } = evaluation;
    if (step.kind === 'consent') return { ...found, session: step.session };
    await this.walk.goOn('resume', interaction, http, reply);
    return undefined;
  }
}
