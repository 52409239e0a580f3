import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../clients/registered-client.js';
import { Subjects } from '../clients/subjects.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { PersonClaims } from '../directory/claims.js';
import { RefreshTokensStore } from '../persistence/stores/refresh-tokens.store.js';
import type { AuthorizationDetail } from '../protocol/authorization-details.js';
import { tokenTypeOf } from '../protocol/confirmation.js';
import { type ActiveToken, ActiveTokens } from '../resource/active-tokens.js';
import { AuthorizationDetails } from '../resource/authorization-details/authorization-details.js';
import { mayKnowToken } from './known-tokens.js';
import { TokenUses } from './token-uses.js';

/** Describes active tokens to clients that may know them (RFC 7662 §2.2). */
@Injectable()
export class TokenDescriptions {
  constructor(
    private readonly activeTokens: ActiveTokens,
    private readonly refreshTokens: RefreshTokensStore,
    private readonly subjects: Subjects,
    private readonly claims: PersonClaims,
    private readonly details: AuthorizationDetails,
    private readonly uses: TokenUses,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** undefined if the token is unknown or not active, or none of the client's business. */
  async describe(token: string, client: RegisteredClient): Promise<Record<string, unknown> | undefined> {
    const active = await this.activeTokens.find(token);
    if (active) {
      if (!mayKnowToken(client, active)) return undefined;
      this.uses.introspected(active, client);
      return this.accessToken(active, client);
    }
    return this.refreshToken(token, client);
  }

  private async accessToken(token: ActiveToken, client: RegisteredClient): Promise<Record<string, unknown>> {
    const { userId, clientId, audience } = token;
    const scopes = token.scope.split(' ');
    const organizationId = token.grantClaims.org_id ?? null;
    return {
      ...(userId === null
        ? {}
        : await this.claims.ofAccess('introspection', {
            userId,
            clientId,
            scopes,
            audience,
            organizationId,
          })),
      active: true,
      iss: this.settings.issuer,
      sub: token.subject,
      aud: token.audience.length === 1 ? token.audience[0] : token.audience,
      client_id: token.clientId,
      scope: token.scope || undefined,
      token_type: tokenTypeOf(token.confirmation),
      iat: token.issuedAt,
      exp: token.expiresAt,
      jti: token.jti,
      ...token.grantClaims,
      authorization_details: await this.detailsFor(token, client),
      cnf: token.confirmation,
      act: token.actor,
    };
  }

  /** The client of the token sees all of its authorization details, a resource server those that are for it (RFC 9396 §9.2). */
  private async detailsFor(
    { authorizationDetails, clientId }: ActiveToken,
    client: RegisteredClient,
  ): Promise<readonly AuthorizationDetail[] | undefined> {
    if (authorizationDetails.length === 0) return undefined;
    if (clientId === client.clientId) return authorizationDetails;
    const { introspectionResources } = client.metadata;
    const details = await this.details.at(authorizationDetails, introspectionResources);
    return details.length > 0 ? details : undefined;
  }

  /** Describes a refresh token, to its own client only. */
  private async refreshToken(
    token: string,
    client: RegisteredClient,
  ): Promise<Record<string, unknown> | undefined> {
    const now = this.clock.now();
    const found = await this.refreshTokens.find(lookupHash(token));
    if (!found || found.clientId !== client.clientId) return undefined;
    const { grant } = found;
    if (found.consumedAt !== null || found.expiresAt <= now || grant.revokedAt !== null) return undefined;
    return {
      active: true,
      iss: this.settings.issuer,
      sub: grant.userId === null ? undefined : this.subjects.subjectFor(client, grant.userId),
      client_id: found.clientId,
      scope: grant.scope || undefined,
      authorization_details: grant.authorizationDetails ?? undefined,
      exp: found.expiresAt,
      cnf: found.cnf ?? undefined,
    };
  }
}
