import { Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { AnonymousRequests } from '../http/anonymous-requests.js';
import { formParameters } from '../http/forms.js';
import { InteractionFormGuard } from '../interaction/interaction-form.guard.js';
import { Interactions } from '../interaction/interaction.js';
import { Walk } from '../interaction/walk.js';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { AuthorizationFlow } from './authorization-flow.js';

/** Returns to the client from the sign-in page: its request is denied. Only in the browser that began it. */
@ApiExcludeController()
@Controller(endpoints.cancelSignIn)
export class CancelSignInController {
  constructor(
    private readonly flow: AuthorizationFlow,
    private readonly interactions: Interactions,
    private readonly walk: Walk,
    private readonly anonymous: AnonymousRequests,
  ) {}

  @Post()
  @HttpCode(200)
  @UseGuards(InteractionFormGuard)
  async cancel(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const sealed = formParameters(http).get('interaction') ?? '';
    const interaction = await this.interactions.openAuthorization(sealed, http);
    const parameters = Parameters.from(interaction.parameters);
    const evaluation = await this.flow.evaluate(parameters, interaction, http, reply);
    if (!evaluation) return;
    await this.anonymous.count('cancelled sign-in', http);
    const denied = new OAuthError('access_denied', 'the resource owner did not sign in');
    // Something has changed meanwhile: the request is evaluated again.
    if (!(await this.flow.deny(evaluation.request, denied, interaction, reply)))
      await this.walk.goOn('resume', interaction, http, reply);
  }
}
