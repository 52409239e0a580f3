import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AccessTokenFacts } from '../audit/issue-groups.js';
import { TokenEvents } from '../audit/token-events.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import { namedClient } from '../http/named-client.js';
import { addressOf, networksOf } from '../http/network.js';
import { OAuthError, type OAuthErrorCode } from '../protocol/errors.js';
import { GrantTypes } from './grant-types/grant-types.js';
import { TokenUses } from './token-uses.js';

/** Errors of clients that shall just ask again: of a device that waits for its user (RFC 8628 §3.5), and without a nonce (RFC 9449 §8). */
const ordinary: ReadonlySet<OAuthErrorCode> = new Set([
  'authorization_pending',
  'slow_down',
  'use_dpop_nonce',
]);

/** What the token endpoint issues and refuses, for the audit trail, and what agents get, for the people who allowed it. */
@Injectable()
export class TokenRecords {
  constructor(
    private readonly events: TokenEvents,
    private readonly grantTypes: GrantTypes,
    private readonly uses: TokenUses,
  ) {}

  issued(
    request: FastifyRequest,
    client: RegisteredClient,
    { grantType, facts }: { readonly grantType: string; readonly facts: AccessTokenFacts },
  ): void {
    this.uses.issued(client, facts);
    if (!this.events.areIssuesRecorded) return;
    this.events.issued(facts, { grantType, address: addressOf(request) });
  }

  /** @param client the client that the request was found to be of, if it came that far */
  refused(request: FastifyRequest, error: unknown, client: RegisteredClient | undefined): void {
    if (!this.events.areRefusalsRecorded || !(error instanceof OAuthError) || ordinary.has(error.code))
      return;
    const address = addressOf(request);
    this.events.refused({
      error: error.code,
      reason: error.description,
      request: request.id,
      grantType: this.grantTypeOf(request),
      clientId: client?.clientId ?? namedClient(request),
      isAuthenticated: client !== undefined && !client.isPublic,
      address,
      networks: networksOf(address),
    });
  }

  /** The grant type that a request names, if it is one. */
  private grantTypeOf({ body }: FastifyRequest): string | undefined {
    const named = typeof body === 'string' ? new URLSearchParams(body).get('grant_type') : null;
    return named === null ? undefined : this.grantTypes.find(named)?.name;
  }
}
