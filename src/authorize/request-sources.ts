import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClientDirectory } from '../clients/client-directory.js';
import { ClientDiscovery } from '../clients/documents/client-discovery.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { PageError } from '../http/page-error.js';
import { message } from '../locales/message.js';
import { invalidRequest, OAuthError } from '../protocol/errors.js';
import type { Parameters } from '../protocol/parameters.js';
import type { AuthorizationInteraction } from '../interaction/interaction.js';
import type { RequestSource } from './authorization-request.js';
import { isPushedReference, PushedRequests } from './pushed-requests.js';
import { mustPush } from './checks/delivery-checks.js';
import { RequestDocuments, unusable } from './request-documents.js';
import { RequestObjects } from './request-objects.js';

/** Finds the parameters of a request: as they were sent, as they were pushed, or in a request object (by value or by reference). */
@Injectable()
export class RequestSources {
  constructor(
    private readonly clients: ClientDirectory,
    private readonly discovery: ClientDiscovery,
    private readonly pushedRequests: PushedRequests,
    private readonly requestObjects: RequestObjects,
    private readonly documents: RequestDocuments,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param interaction the one that the browser comes back with; undefined for a request that arrives
   * @throws PageError if a pushed request cannot be used
   */
  async find(
    sent: Parameters,
    interaction: AuthorizationInteraction | undefined,
    http: FastifyRequest,
  ): Promise<RequestSource> {
    const clientId = single(sent, 'client_id');
    const requestUri = single(sent, 'request_uri');
    const request = single(sent, 'request');
    const source = asSent(sent, interaction?.signed);
    if (clientId === undefined) return source;
    await this.learn(clientId, http);
    // "the request and request_uri parameters MUST NOT be used together" (RFC 9101 §5)
    if (request !== undefined && requestUri !== undefined)
      return { ...source, problem: invalidRequest('request and request_uri exclude each other') };
    if (requestUri !== undefined && isPushedReference(requestUri))
      return this.pushedRequests.open(requestUri, clientId, interaction === undefined);
    if (requestUri !== undefined)
      return this.signed(source, clientId, (client) => this.referenced(client, requestUri, http));
    if (request !== undefined)
      return this.signed(source, clientId, (client) => this.requestObjects.open(client, request));
    return source;
  }

  /** The error of a document goes to the person: there is no client yet that an error could be sent to. */
  private async learn(clientId: string, http: FastifyRequest): Promise<void> {
    try {
      await this.discovery.learn(clientId, http);
    } catch (error) {
      if (!(error instanceof OAuthError) || error.code !== 'invalid_client') throw error;
      throw new PageError(
        400,
        'invalid_request',
        message('request.unanswerable'),
        message('request.unusableDocument'),
        error.detail === undefined ? {} : { detail: error.detail },
      );
    }
  }

  /** A request object by reference; undefined if the client may not send one here, in which case nothing is fetched. */
  private async referenced(
    client: RegisteredClient,
    requestUri: string,
    http: FastifyRequest,
  ): Promise<Parameters | undefined> {
    if (this.settings.requestUri === 'off' || mustPush(client, this.settings)) return undefined;
    const request = await this.documents.fetch(client, requestUri, http);
    try {
      return await this.requestObjects.open(client, request, client.allowsRequestUri(requestUri));
    } catch (error) {
      // "The request_uri […] contains invalid data" (RFC 9101 §7)
      throw error instanceof OAuthError ? unusable(error.detail ?? error.description) : error;
    }
  }

  /** Opens a request object. If it is invalid, the parameters outside of it say where the error is sent. */
  private async signed(
    source: RequestSource,
    clientId: string,
    open: (client: RegisteredClient) => Promise<Parameters | undefined>,
  ): Promise<RequestSource> {
    const client = await this.clients.find(clientId);
    if (!client) return source;
    try {
      const parameters = await open(client);
      return parameters === undefined ? source : asSent(parameters, true);
    } catch (error) {
      if (error instanceof OAuthError) return { ...source, problem: error };
      throw error;
    }
  }
}

/** A request with the parameters that were sent. */
export const asSent = (parameters: Parameters, signed = false): RequestSource => ({
  parameters,
  travelling: parameters,
  pushed: undefined,
  signed,
});

/** A repeated parameter counts as absent here. The checks refuse it later. */
const single = (parameters: Parameters, name: string): string | undefined =>
  parameters.repeated.has(name) ? undefined : parameters.get(name);
