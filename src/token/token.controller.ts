import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAuthenticator } from '../clients/authentication/client-authenticator.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { AnonymousRequests } from '../http/anonymous-requests.js';
import { noStore } from '../http/headers.js';
import { Metrics } from '../telemetry/metrics.js';
import { OAuthError } from '../protocol/errors.js';
import type { Parameters } from '../protocol/parameters.js';
import { backChannelRequest } from './back-channel-request.js';
import { GrantTypes } from './grant-types/grant-types.js';
import type { TokenResponse } from './mint/token-response.js';
import { SenderConstraints } from './sender-constraints.js';
import { TokenRecords } from './token-records.js';

/** Errors of a device that waits for its user (RFC 8628 §3.5). */
const waiting: ReadonlySet<string> = new Set(['authorization_pending', 'slow_down']);

/** The token endpoint (RFC 6749 §3.2). Confidential clients authenticate, public clients send their client_id. */
@ApiExcludeController()
@Controller(endpoints.token)
export class TokenController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly grantTypes: GrantTypes,
    private readonly senders: SenderConstraints,
    private readonly anonymous: AnonymousRequests,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
    private readonly records: TokenRecords,
  ) {}

  @Post()
  @HttpCode(200)
  async token(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    let client: RegisteredClient | undefined;
    try {
      const presented = backChannelRequest(request, ['grant_type']);
      client = await this.authenticator.authenticate(presented);
      const response = await this.exchange(client, presented.parameters, request, reply);
      noStore(reply);
      reply.send(response);
    } catch (error) {
      this.records.refused(request, error, client);
      throw error;
    }
  }

  private async exchange(
    client: RegisteredClient,
    parameters: Parameters,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<TokenResponse> {
    const name = parameters.require('grant_type');
    const grantType = this.grantTypes.find(name);
    if (!grantType) throw new OAuthError('unsupported_grant_type', 'this grant type is not supported');
    if (!client.allowsGrantType(name)) {
      throw new OAuthError('unauthorized_client', `this client is not registered for ${name}`);
    }
    parameters.refuseRepeated(grantType.parameters);
    const { response, facts } = await this.bounded(client, request, async () => {
      const confirmation = await this.senders.confirmationFor(request, reply, client);
      return grantType.exchange({ client, parameters, confirmation, now: this.clock.now() });
    });
    this.metrics.tokenIssued(name);
    if (facts) this.records.issued(request, client, { grantType: name, facts });
    return response;
  }

  /** Bounds the requests that leave nothing but the `jti` of a DPoP proof, since the code or token beside it does not exist. */
  private async bounded<Response>(
    client: RegisteredClient,
    request: FastifyRequest,
    exchange: () => Promise<Response>,
  ): Promise<Response> {
    if (!client.isAnonymous || request.headers.dpop === undefined) return exchange();
    await this.anonymous.check('failed DPoP request', request);
    try {
      return await exchange();
    } catch (error) {
      if (error instanceof OAuthError && !waiting.has(error.code))
        await this.anonymous.count('failed DPoP request', request);
      throw error;
    }
  }
}
