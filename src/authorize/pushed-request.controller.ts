import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAuthenticator } from '../clients/authentication/client-authenticator.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import { endpoints } from '../config/endpoints.js';
import { noStore } from '../http/headers.js';
import { PageError } from '../http/page-error.js';
import { DpopProofs } from '../proofs/dpop-proofs.js';
import { invalidRequest } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { backChannelRequest } from '../token/back-channel-request.js';
import type { RequestSource } from './authorization-request.js';
import { PushedRequests } from './pushed-requests.js';
import { RequestChecks } from './checks/request-checks.js';
import { requestParameters } from './checks/request-parameters.js';
import { RequestProof } from './checks/request-proof.js';
import { RequestObjects } from './request-objects.js';
import { asSent } from './request-sources.js';

/** What proves the client, and is no part of the request. */
const credentials = new Set(['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']);

/** The pushed authorization request endpoint (RFC 9126). For clients, which prove themselves as at the token endpoint. */
@ApiExcludeController()
@Controller(endpoints.pushedRequest)
export class PushedRequestController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly requestObjects: RequestObjects,
    private readonly proof: RequestProof,
    private readonly checks: RequestChecks,
    private readonly pushedRequests: PushedRequests,
    private readonly proofs: DpopProofs,
  ) {}

  @Post()
  @HttpCode(201)
  async push(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const presented = backChannelRequest(http, requestParameters);
    const client = await this.authenticator.authenticate(presented);
    // §2.1: "Reject the request if the request_uri authorization request parameter is provided."
    if (presented.parameters.get('request_uri') !== undefined)
      throw invalidRequest('request_uri cannot be pushed');
    const source = await this.read(client, presented.parameters);
    await this.check(source);
    const parameters = await this.bound(source.parameters, http, reply);
    const { requestUri, expiresIn } = await this.pushedRequests.keep(client.clientId, parameters);
    noStore(reply);
    reply.send({ request_uri: requestUri, expires_in: expiresIn });
  }

  /** The request with the key of the DPoP proof that came with it, as if that was sent in `dpop_jkt` (RFC 9449 §10.1). */
  private async bound(sent: Parameters, http: FastifyRequest, reply: FastifyReply): Promise<Parameters> {
    const thumbprint = await this.proofs.accept(http, reply, endpoints.pushedRequest);
    const named = sent.get('dpop_jkt');
    if (thumbprint === undefined || named === thumbprint) return sent;
    if (named !== undefined) throw invalidRequest('dpop_jkt names another key than that of the DPoP proof');
    const others = sent.entries().filter(([name]) => name !== 'dpop_jkt');
    return Parameters.from([...others, ['dpop_jkt', thumbprint]]);
  }

  /** What was pushed: a request object (§3), or the parameters themselves. */
  private async read(client: RegisteredClient, sent: Parameters): Promise<RequestSource> {
    const request = sent.get('request');
    if (request !== undefined) return asSent(await this.requestObjects.open(client, request), true);
    const parameters = sent.entries().filter(([name]) => !credentials.has(name));
    return asSent(Parameters.from([['client_id', client.clientId], ...parameters]));
  }

  /** §2.1: "Validate the pushed request as it would an authorization request sent to the authorization endpoint." */
  private async check(source: RequestSource): Promise<void> {
    try {
      await this.checks.check(await this.proof.prove(source), 'pushed');
    } catch (error) {
      // What a person would be told by a page, the client is told here.
      if (error instanceof PageError) throw invalidRequest(error.message, error.detail);
      throw error;
    }
  }
}
