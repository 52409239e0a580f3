import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { BackchannelRequest } from '../../persistence/entities/backchannel-request.entity.js';
import { OpaqueAccessToken } from '../../persistence/entities/access-token.entity.js';
import { Consent } from '../../persistence/entities/consent.entity.js';
import { Grant } from '../../persistence/entities/grant.entity.js';
import { Session } from '../../persistence/entities/session.entity.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import { BackchannelRequestsStore } from '../../persistence/stores/backchannel-requests.store.js';
import { ClientsStore } from '../../persistence/stores/clients.store.js';
import { ConsentsStore } from '../../persistence/stores/consents.store.js';
import { GrantsStore } from '../../persistence/stores/grants.store.js';
import { TokenUse } from '../../persistence/entities/token-use.entity.js';
import { TokenUsesStore } from '../../persistence/stores/token-uses.store.js';
import { SessionsStore } from '../../persistence/stores/sessions.store.js';
import { type DataSection, everyItem, timeOf } from './data-section.js';

/** Where the person is signed in, and what applications may do. */
@Injectable()
export class AccessData {
  readonly sections: readonly DataSection[] = [
    { name: 'sessions', from: [Session], read: (userId) => this.sessionsOf(userId) },
    { name: 'allowed_applications', from: [Consent], read: (userId) => this.consentsOf(userId) },
    { name: 'grants', from: [Grant], read: (userId) => this.grantsOf(userId) },
    { name: 'asked_decisions', from: [BackchannelRequest], read: (userId) => this.requestsOf(userId) },
    { name: 'agent_uses', from: [TokenUse], read: (userId) => this.agentUsesOf(userId) },
    { name: 'access_tokens', from: [OpaqueAccessToken], read: (userId) => this.tokensOf(userId) },
  ];

  constructor(
    private readonly sessions: SessionsStore,
    private readonly consents: ConsentsStore,
    private readonly clients: ClientsStore,
    private readonly grants: GrantsStore,
    private readonly tokens: AccessTokensStore,
    private readonly requests: BackchannelRequestsStore,
    private readonly uses: TokenUsesStore,
    private readonly clock: Clock,
  ) {}

  private sessionsOf(userId: string): AsyncIterable<object> {
    return everyItem(
      (page) => this.sessions.list(userId, page),
      (session) => ({
        id: session.id,
        acr: session.acr,
        amr: session.amr,
        stays_signed_in: session.kept,
        upstream: session.upstreamAlias,
        address: session.address,
        user_agent: session.userAgent,
        authenticated_at: timeOf(session.authenticatedAt),
        last_seen_at: timeOf(session.lastSeenAt),
        expires_at: timeOf(session.expiresAt),
        ended_at: timeOf(session.endedAt),
      }),
    );
  }

  private async *consentsOf(userId: string): AsyncIterable<object> {
    const consents = await this.consents.of(userId);
    const names = await this.clients.names(consents.map(({ clientId }) => clientId));
    for (const consent of consents) {
      const { clientId, organizationId, scope, trustedScope, authorizationDetails, createdAt, updatedAt } = consent;
      yield {
        client_id: clientId,
        client_name: names.get(clientId)?.clientName ?? null,
        organization_id: organizationId || null,
        scope,
        scope_without_question: trustedScope ?? '',
        authorization_details: authorizationDetails ?? [],
        created_at: timeOf(createdAt),
        updated_at: timeOf(updatedAt),
      };
    }
  }

  private grantsOf(userId: string): AsyncIterable<object> {
    return everyItem(
      (page) => this.grants.list({ userId }, page, this.clock.now(), true),
      (grant) => ({
        id: grant.id,
        grant_type: grant.grantType,
        client_id: grant.clientId,
        session_id: grant.sessionId,
        scope: grant.scope,
        organization_id: grant.orgId,
        ungranted_scope: grant.ungrantedScope,
        resources: grant.resources,
        authorization_details: grant.authorizationDetails ?? [],
        offline: grant.offline,
        acr: grant.acr,
        amr: grant.amr,
        claims: grant.claims,
        auth_time: timeOf(grant.authTime),
        created_at: timeOf(grant.createdAt),
        expires_at: timeOf(grant.expiresAt),
        revoked_at: timeOf(grant.revokedAt),
        revoked_reason: grant.revokedReason,
      }),
    );
  }

  private requestsOf(userId: string): AsyncIterable<object> {
    return everyItem(
      (page) => this.requests.list(userId, page),
      (request) => ({
        id: request.id,
        client_id: request.clientId,
        scope: request.scope,
        resources: request.resources,
        binding_message: request.bindingMessage,
        state: request.state,
        grant_id: request.grantId,
        created_at: timeOf(request.createdAt),
        expires_at: timeOf(request.expiresAt),
      }),
    );
  }

  private agentUsesOf(userId: string): AsyncIterable<object> {
    return everyItem(
      (page) => this.uses.list(userId, page),
      (use) => ({
        client_id: use.clientId,
        grant_id: use.grantId,
        resource: use.resource,
        kind: use.kind,
        asked_by: use.askedBy,
        count: use.uses,
        within_the_hour_from: timeOf(use.hour),
        last_at: timeOf(use.lastAt),
      }),
    );
  }

  private tokensOf(userId: string): AsyncIterable<object> {
    return everyItem(
      (page) => this.tokens.list({ userId }, page, this.clock.now(), true),
      (token) => ({
        id: token.id,
        grant_id: token.grantId,
        client_id: token.clientId,
        scope: token.scope,
        audience: token.audience,
        authorization_details: token.authorizationDetails ?? [],
        subject: token.subject,
        issued_at: timeOf(token.issuedAt),
        expires_at: timeOf(token.expiresAt),
        revoked_at: timeOf(token.revokedAt),
      }),
    );
  }
}
