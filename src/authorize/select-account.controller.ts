import { Controller, Get, HttpCode, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientDirectory } from '../clients/client-directory.js';
import { endpoints } from '../config/endpoints.js';
import { Browser } from '../http/browser.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { formParameters } from '../http/forms.js';
import { pageHeaders } from '../http/headers.js';
import { type AuthorizationInteraction, Interactions } from '../interaction/interaction.js';
import { Walk } from '../interaction/walk.js';
import { Sessions } from '../sessions/sessions.js';
import { ClientBrands } from '../views/client-brands.js';
import { Views } from '../views/views.js';

/** Asks whether to continue with the account that is signed in (prompt=select_account). Only in the browser that began the request. */
@ApiExcludeController()
@Controller(endpoints.selectAccount)
export class SelectAccountController {
  constructor(
    private readonly interactions: Interactions,
    private readonly sessions: Sessions,
    private readonly browser: Browser,
    private readonly views: Views,
    private readonly clients: ClientDirectory,
    private readonly brands: ClientBrands,
    private readonly walk: Walk,
  ) {
    walk.register('select-account', this.show.bind(this));
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
    const session = await this.sessions.current(http);
    if (!session) {
      await this.walk.goOn('resume', interaction, http, reply);
      return;
    }
    const csrfToken = this.browser.csrfToken(http, reply);
    // Only a choice of this session's account counts.
    const asked = await this.interactions.seal({ ...interaction, shownToSessionHash: session.tokenHash });
    const client = await this.clients.find(interaction.clientId);
    const clientBrand = client && this.brands.brandOf(client.name, client.metadata);
    pageHeaders(reply, { formAction: interaction.redirectOrigin, images: [clientBrand?.logoUri] });
    reply.send(
      this.views.render(
        'select-account',
        {
          csrfToken,
          interaction: asked,
          clientName: await this.interactions.clientNameOf(interaction),
          clientBrand,
          userName: session.name ?? session.username,
          username: session.username,
        },
        reply,
      ),
    );
  }

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async choose(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const form = formParameters(http);
    const { shownToSessionHash, ...interaction } = await this.interactions.openAuthorization(
      form.get('interaction') ?? '',
      http,
    );
    const session = await this.sessions.current(http);
    if (session && form.get('choice') === 'continue') {
      const chosen =
        shownToSessionHash === session.tokenHash ? { chosenSessionHash: shownToSessionHash } : {};
      await this.walk.goOn('resume', { ...interaction, ...chosen }, http, reply);
      return;
    }
    const insufficientSessionHash = session?.tokenHash ?? '';
    await this.walk.goOn('sign-in', { ...interaction, insufficientSessionHash }, http, reply);
  }
}
