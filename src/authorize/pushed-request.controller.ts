import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAuthenticator } from '../clients/authentication/client-authenticator.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import { endpoints } from '../config/endpoints.js';
import { AnonymousRequests } from '../http/anonymous-requests.js';
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
import { RequestObjects } from './request-objects.js';
import { asSent } from './request-sources.js';

/** Parameters of client authentication, which are not part of the request. */
const credentials = new Set(['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']);

/** The pushed authorization request endpoint (RFC 9126). Clients authenticate as at the token endpoint. */
@ApiExcludeController()
@Controller(endpoints.pushedRequest)
export class PushedRequestController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly requestObjects: RequestObjects,
    private readonly checks: RequestChecks,
    private readonly pushedRequests: PushedRequests,
    private readonly proofs: DpopProofs,
    private readonly anonymous: AnonymousRequests,
  ) {}

  @Post()
  @HttpCode(201)
  async push(@Req() http: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const presented = backChannelRequest(http, requestParameters);
    const client = await this.authenticator.authenticate(presented);
    await this.checks.receive(presented, 'pushed');
    const source = await this.read(client, presented.parameters);
    await this.check(source);
    if (client.isAnonymous) await this.anonymous.count('pushed request', http);
    const thumbprint = await this.proofs.accept(http, reply, endpoints.pushedRequest, client.profile);
    const parameters = bind(source.parameters, thumbprint);
    const { requestUri, expiresIn } = await this.pushedRequests.keep(client, parameters);
    noStore(reply);
    reply.send({ request_uri: requestUri, expires_in: expiresIn });
  }

  /** The pushed request: the parameters of a request object (§3), or those that were sent. */
  private async read(client: RegisteredClient, sent: Parameters): Promise<RequestSource> {
    const request = sent.get('request');
    if (request !== undefined) return asSent(await this.requestObjects.open(client, request), true);
    const parameters = sent.entries().filter(([name]) => !credentials.has(name));
    return asSent(Parameters.from([['client_id', client.clientId], ...parameters]));
  }

  /** §2.1: "Validate the pushed request as it would an authorization request sent to the authorization endpoint." */
  private async check(source: RequestSource): Promise<void> {
    try {
      await this.checks.check(await this.checks.prove(source, 'pushed'), 'pushed');
    } catch (error) {
      // At the authorization endpoint this error would be shown on a page. Here the client gets it.
      if (error instanceof PageError) throw invalidRequest(error.message, error.options.detail);
      throw error;
    }
  }
}

/** Binds the request to the key of its DPoP proof, as if the client had sent that key in `dpop_jkt` (RFC 9449 §10.1). */
function bind(sent: Parameters, thumbprint: string | undefined): Parameters {
  const named = sent.get('dpop_jkt');
  if (thumbprint === undefined || named === thumbprint) return sent;
  if (named !== undefined) throw invalidRequest('dpop_jkt names another key than that of the DPoP proof');
  const others = sent.entries().filter(([name]) => name !== 'dpop_jkt');
  return Parameters.from([...others, ['dpop_jkt', thumbprint]]);
}
