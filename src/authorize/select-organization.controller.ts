import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientDirectory } from '../clients/client-directory.js';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { formParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import { type Interaction, Interactions, withoutSession } from '../interaction/interaction.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { afterSignIn, type Step } from '../interaction/steps.js';
import { Walk } from '../interaction/walk.js';
import { AffiliationsStore } from '../persistence/stores/affiliations.store.js';
import type { ActiveSession } from '../persistence/stores/sessions.store.js';
import { Sessions } from '../sessions/sessions.js';
import { ClientBrands } from '../views/client-brands.js';
import { Views } from '../views/views.js';

/**
 * Asks somebody who belongs to several organizations for which one to act. Only the session that the page was shown to answers it;
 * whether the person belongs to the one that they choose is looked at again afterwards.
 */
@ApiExcludeController()
@Controller(endpoints.selectOrganization)
export class SelectOrganizationController {
  constructor(
    private readonly interactions: Interactions,
    private readonly affiliations: AffiliationsStore,
    private readonly sessions: Sessions,
    private readonly clients: ClientDirectory,
    private readonly brands: ClientBrands,
    private readonly browser: Browser,
    private readonly views: Views,
    private readonly walk: Walk,
  ) {
    walk.register('select-organization', this.show.bind(this));
  }

  @Get()
  async ask(
    @Query('interaction') sealed: string,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.show(await this.interactions.open(sealed, http), http, reply);
  }

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async choose(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formParameters(http);
    const interaction = await this.interactions.open(form.get('interaction') ?? '', http);
    const choice = form.get('choice') ?? '';
    if (choice === 'other-account') {
      const hasOthers = (await this.sessions.held(http)).length > 1;
      const earlierSessionHashes = this.sessions.hashes(http);
      const next = { ...withoutSession(interaction), earlierSessionHashes };
      await this.goOn(hasOthers ? 'select-account' : 'sign-in', next, http, reply);
    } else {
      const next = { ...interaction, chosenOrganizationId: choice };
      await this.goOn(afterSignIn[interaction.kind], next, http, reply);
    }
  }

  private async show(interaction: Interaction, http: FastifyRequest, reply: FastifyReply): Promise<void> {
    const session = await this.sessionOf(interaction, http);
    // It has ended meanwhile.
    if (!session) return this.goOn(afterSignIn[interaction.kind], interaction, http, reply);
    const client = await this.clients.find(interaction.clientId);
    const clientBrand = client && this.brands.brandOf(client.name, client.metadata);
    const html = this.views.render(
      'select-organization',
      {
        csrfToken: this.browser.csrfToken(http, reply),
        interaction: await this.interactions.seal(interaction),
        clientBrand,
        clientName: await this.interactions.clientNameOf(interaction),
        userName: session.name ?? session.username,
        username: session.username,
        organizations: await this.affiliations.affiliationsOf(session.userId),
      },
      reply,
    );
    pageHeaders(reply, {
      ...(interaction.kind === 'authorization' && { formAction: interaction.redirectOrigin }),
      images: [clientBrand?.logoUri],
    });
    reply.send(html);
  }

  private async sessionOf(
    { shownToSessionHash }: Interaction,
    http: FastifyRequest,
  ): Promise<ActiveSession | undefined> {
    return shownToSessionHash === undefined ? undefined : this.sessions.find(http, shownToSessionHash);
  }

  private async goOn(
    step: Step,
    interaction: Interaction,
    http: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (interaction.kind === 'authorization') await this.walk.goOn(step, interaction, http, reply);
    else reply.redirect(await this.interactions.urlOf(step, interaction), 303);
  }
}
