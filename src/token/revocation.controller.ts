import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAuthenticator } from '../clients/authentication/client-authenticator.js';
import { endpoints } from '../config/endpoints.js';
import { noStore } from '../http/headers.js';
import { invalidGrant } from '../protocol/errors.js';
import { backChannelRequest } from './back-channel-request.js';
import { TokenRevocation } from './token-revocation.js';

/** Token revocation (RFC 7009). Clients can revoke their own tokens. */
@ApiExcludeController()
@Controller(endpoints.revoke)
export class RevocationController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly revocation: TokenRevocation,
  ) {}

  @Post()
  @HttpCode(200)
  async revoke(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const presented = backChannelRequest(request, ['token', 'token_type_hint']);
    const client = await this.authenticator.authenticate(presented);
    const outcome = await this.revocation.revoke(presented.parameters.require('token'), client.clientId);
    // §2.1, about a token of another client: "the request is refused and the client is informed of the error".
    // §2.2: "invalid tokens do not cause an error".
    if (outcome === 'foreign') throw invalidGrant('the token belongs to another client');
    noStore(reply);
    reply.send();
  }
}
