import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAuthenticator } from '../clients/authentication/client-authenticator.js';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { noStore } from '../http/headers.js';
import { Metrics } from '../telemetry/metrics.js';
import { OAuthError } from '../protocol/errors.js';
import { backChannelRequest } from './back-channel-request.js';
import { GrantTypes } from './grant-types/grant-types.js';
import { SenderConstraints } from './sender-constraints.js';

/** The token endpoint (RFC 6749 §3.2). Confidential clients authenticate, public clients send their client_id. */
@ApiExcludeController()
@Controller(endpoints.token)
export class TokenController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly grantTypes: GrantTypes,
    private readonly senders: SenderConstraints,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  @Post()
  @HttpCode(200)
  async token(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const presented = backChannelRequest(request, ['grant_type']);
    const client = await this.authenticator.authenticate(presented);
    const { parameters } = presented;
    const name = parameters.require('grant_type');
    const grantType = this.grantTypes.find(name);
    if (!grantType) throw new OAuthError('unsupported_grant_type', 'this grant type is not supported');
    if (!client.allowsGrantType(name)) {
      throw new OAuthError('unauthorized_client', `this client is not registered for ${name}`);
    }
    parameters.refuseRepeated(grantType.parameters);
    const confirmation = await this.senders.confirmationFor(request, reply, client);
    const response = await grantType.exchange({
      client,
      parameters,
      confirmation,
      now: this.clock.now(),
    });
    this.metrics.tokenIssued(name);
    noStore(reply);
    reply.send(response);
  }
}
