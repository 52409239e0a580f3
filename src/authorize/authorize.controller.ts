import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { formParameters, queryOf, queryParameters } from '../http/forms.js';
import { PageError } from '../http/page-error.js';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { CrossSitePosts } from '../interaction/cross-site-post.js';
import { InteractionAnswers } from '../interaction/interaction-answers.js';
import { type AuthorizationInteraction, Interactions } from '../interaction/interaction.js';
import { Walk } from '../interaction/walk.js';
import { WayBack } from '../interaction/way-back.js';
import { AuthorizationFlow } from './authorization-flow.js';
import { type Message, message } from '../locales/message.js';
import { Languages } from '../http/languages.js';

/** Longer requests are pushed (RFC 9126). */
const maxRequestCharacters = 8_192;

/** The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2). It needs no authentication. */
@ApiExcludeController()
@Controller()
export class AuthorizeController {
  constructor(
    private readonly flow: AuthorizationFlow,
    private readonly interactions: Interactions,
    private readonly answers: InteractionAnswers,
    private readonly wayBack: WayBack,
    private readonly crossSitePosts: CrossSitePosts,
    private readonly languages: Languages,
    walk: Walk,
  ) {
    walk.register('resume', this.continue.bind(this));
    walk.register('restart', this.startAgain.bind(this));
  }

  @Get(endpoints.authorize)
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const parameters = read(queryOf(request).length, () => queryParameters(request));
    await this.advance(parameters, undefined, request, reply);
  }

  @Post(endpoints.authorize)
  @HttpCode(200)
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = typeof request.body === 'string' ? request.body : '';
    const parameters = read(body.length, () => formParameters(request));
    if (this.crossSitePosts.sendAgain(request, reply, endpoints.authorize)) return;
    await this.advance(parameters, undefined, request, reply);
  }

  /** Our own pages send the browser back here. Only the browser that began the interaction can continue it. */
  @Get(endpoints.resume)
  async resume(
    @Query('interaction') sealed: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.continue(await this.interactions.openAuthorization(sealed, request), request, reply);
  }

  private async continue(
    interaction: AuthorizationInteraction,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    await this.advance(Parameters.from(interaction.parameters), interaction, request, reply);
  }

  /** Starts a request again that expired on our pages, in the browser that began it. */
  @Get(endpoints.restart)
  async restart(
    @Query('interaction') sealed: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const expired = await this.interactions.openExpired(sealed, request);
    if (expired) await this.startAgain(expired, request, reply);
    else await this.continue(await this.interactions.openAuthorization(sealed, request), request, reply);
  }

  private async startAgain(
    expired: AuthorizationInteraction,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    await this.answers.refuseAnswered(expired);
    await this.continue(this.interactions.startAgain(expired), request, reply);
  }

  /** A request that cannot be answered has a way back to its application, if that is known. */
  private async advance(
    parameters: Parameters,
    interaction: AuthorizationInteraction | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (!interaction) this.languages.ask(request, parameters.get('ui_locales'));
    try {
      await this.flow.advance(parameters, interaction, request, reply);
    } catch (error) {
      if (!(error instanceof PageError) || error.options.links) throw error;
      throw error.with({ links: await this.wayBack.linksTo(parameters.get('client_id')) });
    }
  }
}

/** A request that cannot be read has no proven client, so its error is shown on a page. */
function read(length: number, parse: () => Parameters): Parameters {
  if (length > maxRequestCharacters) throw unreadable(413, message('request.tooLarge'));
  try {
    return parse();
  } catch (error) {
    if (error instanceof OAuthError)
      throw unreadable(400, message('request.malformed', { reason: error.description }));
    throw error;
  }
}

const unreadable = (status: number, reason: Message): PageError =>
  new PageError(status, 'invalid_request', message('request.unreadable'), reason);
