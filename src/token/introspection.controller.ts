import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAuthenticator } from '../clients/authentication/client-authenticator.js';
import { endpoints } from '../config/endpoints.js';
import { noStore } from '../http/headers.js';
import { OAuthError } from '../protocol/errors.js';
import { backChannelRequest } from './back-channel-request.js';
import { introspectionMediaType, prefersJwt, SignedIntrospection } from './signed-introspection.js';
import { TokenDescriptions } from './token-descriptions.js';

const inactive = { active: false };

/**
 * Token introspection (RFC 7662), as JSON or, on request, as a signed JWT (RFC 9701). Confidential clients can introspect their own
 * tokens, and tokens for the resources in their `introspection_resources`.
 */
@ApiExcludeController()
@Controller(endpoints.introspect)
export class IntrospectionController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly descriptions: TokenDescriptions,
    private readonly signed: SignedIntrospection,
  ) {}

  @Post()
  @HttpCode(200)
  async introspect(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const presented = backChannelRequest(request, ['token', 'token_type_hint']);
    const client = await this.authenticator.authenticate(presented);
    // "the endpoint MUST also require some form of authorization" (§2.1). A public client does not authenticate.
    if (client.isPublic)
      throw new OAuthError('invalid_client', 'introspection is for clients that authenticate');
    const token = presented.parameters.require('token');
    const answer = (await this.descriptions.describe(token, client)) ?? inactive;
    noStore(reply);
    if (client.getsSignedIntrospection || prefersJwt(request.headers.accept))
      reply.type(introspectionMediaType).send(await this.signed.sign(client, answer));
    else reply.send(answer);
  }
}
