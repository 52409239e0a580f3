import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { sendAgainByGet } from '../http/cross-site-post.js';
import { formParameters, queryOf, queryParameters } from '../http/forms.js';
import { PageError } from '../http/page-error.js';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { Interactions } from '../interaction/interaction.js';
import { AuthorizationFlow } from './authorization-flow.js';

/** Characters of parameters that still fit into the URLs of our pages once they are sealed. */
const longestRequest = 8_192;

/** The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2). Any browser may come here. */
@ApiExcludeController()
@Controller()
export class AuthorizeController {
  constructor(
    private readonly flow: AuthorizationFlow,
    private readonly interactions: Interactions,
  ) {}

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
    if (sendAgainByGet(request, reply, endpoints.authorize)) return;
    await this.flow.advance(parameters, undefined, request, reply);
  }

  /** Where our own pages send the browser back to. Only for the browser that began the interaction. */
  @Get(endpoints.resume)
  async resume(
    @Query('interaction') sealed: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const interaction = await this.interactions.openAuthorization(sealed, request);
    await this.flow.advance(Parameters.from(interaction.parameters), interaction, request, reply);
  }
}

/** A request that cannot even be read has no proven client to answer: a page tells. */
function read(length: number, parse: () => Parameters): Parameters {
  if (length > longestRequest) throw unreadable(413, 'It is too large.');
  try {
    return parse();
  } catch (error) {
    if (error instanceof OAuthError) throw unreadable(400, `It is malformed: ${error.description}.`);
    throw error;
  }
}

const unreadable = (status: number, reason: string): PageError =>
  new PageError(status, 'invalid_request', 'This request cannot be read', reason);
