import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { formParameters, queryOf, queryParameters } from '../http/forms.js';
import { PageError } from '../http/page-error.js';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { CrossSitePosts } from '../interaction/cross-site-post.js';
import { type AuthorizationInteraction, Interactions } from '../interaction/interaction.js';
import { Walk } from '../interaction/walk.js';
import { AuthorizationFlow } from './authorization-flow.js';

/** Longer requests are pushed (RFC 9126). */
const maxRequestCharacters = 8_192;

/** The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2). It needs no authentication. */
@ApiExcludeController()
@Controller()
export class AuthorizeController {
  constructor(
    private readonly flow: AuthorizationFlow,
    private readonly interactions: Interactions,
    private readonly crossSitePosts: CrossSitePosts,
    walk: Walk,
  ) {
    walk.register('resume', this.continue.bind(this));
  }

  @Get(endpoints.authorize)
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.flow.advance(
      read(queryOf(request).length, () => queryParameters(request)),
      undefined,
      request,
      reply,
    );
  }

  @Post(endpoints.authorize)
  @HttpCode(200)
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const body = typeof request.body === 'string' ? request.body : '';
    const parameters = read(body.length, () => formParameters(request));
    if (this.crossSitePosts.sendAgain(request, reply, endpoints.authorize)) return;
    await this.flow.advance(parameters, undefined, request, reply);
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
    await this.flow.advance(Parameters.from(interaction.parameters), interaction, request, reply);
  }
}

/** A request that cannot be read has no proven client, so its error is shown on a page. */
function read(length: number, parse: () => Parameters): Parameters {
  if (length > maxRequestCharacters) throw unreadable(413, 'It is too large.');
  try {
    return parse();
  } catch (error) {
    if (error instanceof OAuthError) throw unreadable(400, `It is malformed: ${error.description}.`);
    throw error;
  }
}

const unreadable = (status: number, reason: string): PageError =>
  new PageError(status, 'invalid_request', 'This request cannot be read', reason);
