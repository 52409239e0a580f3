import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAuthenticator } from '../clients/authentication/client-authenticator.js';
import { endpoints } from '../config/endpoints.js';
import { noStore } from '../http/headers.js';
import { PageError } from '../http/page-error.js';
import { invalidRequest } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { backChannelRequest } from '../token/back-channel-request.js';
import { PushedRequests } from './pushed-requests.js';
import { RequestChecks, requestParameters } from './request-checks.js';

/** What proves the client, and is no part of the request. */
const credentials = new Set(['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']);

/** The pushed authorization request endpoint (RFC 9126). For clients, which prove themselves as at the token endpoint. */
@ApiExcludeController()
@Controller(endpoints.pushedRequest)
export class PushedRequestController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly checks: RequestChecks,
    private readonly pushedRequests: PushedRequests,
  ) {}

  @Post()
  @HttpCode(201)
  async push(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const presented = backChannelRequest(http, requestParameters);
    const { clientId } = await this.authenticator.authenticate(presented);
    // §2.1: "Reject the request if the request_uri authorization request parameter is provided."
    if (presented.parameters.get('request_uri') !== undefined)
      throw invalidRequest('request_uri cannot be pushed');
    const parameters = Parameters.from([
      ['client_id', clientId],
      ...presented.parameters.entries().filter(([name]) => !credentials.has(name)),
    ]);
    await this.check(parameters);
    const { requestUri, expiresIn } = await this.pushedRequests.keep(clientId, parameters);
    noStore(reply);
    reply.send({ request_uri: requestUri, expires_in: expiresIn });
  }

  /** §2.1: "Validate the pushed request as it would an authorization request sent to the authorization endpoint." */
  private async check(parameters: Parameters): Promise<void> {
    const source = { parameters, travelling: parameters, pushed: undefined };
    try {
      await this.checks.check(await this.checks.prove(source));
    } catch (error) {
      // What a person would be told by a page, the client is told here.
      if (error instanceof PageError) throw invalidRequest(error.message, error.detail);
      throw error;
    }
  }
}
