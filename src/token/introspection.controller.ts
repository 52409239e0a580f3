import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientAuthenticator } from '../clients/authentication/client-authenticator.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import { Subjects } from '../clients/subjects.js';
import { Clock } from '../config/clock.js';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { PersonClaims } from '../directory/claims.js';
import { noStore } from '../http/headers.js';
import { RefreshTokensStore } from '../persistence/stores/refresh-tokens.store.js';
import { tokenTypeOf } from '../protocol/confirmation.js';
import { OAuthError } from '../protocol/errors.js';
import { type ActiveToken, ActiveTokens } from '../resource/active-tokens.js';
import { backChannelRequest } from './back-channel-request.js';
import { mayKnowToken } from './known-tokens.js';
import { introspectionMediaType, prefersJwt, SignedIntrospection } from './signed-introspection.js';

const inactive = { active: false };

/**
 * Token introspection (RFC 7662), as JSON or, on request, as a signed JWT (RFC 9701). Confidential clients can introspect their own
 * tokens, and tokens for the resources in their `introspection_resources`.
 */
@ApiExcludeController()
@Controller(endpoints.introspect)
export class IntrospectionController {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly activeTokens: ActiveTokens,
    private readonly refreshTokens: RefreshTokensStore,
    private readonly subjects: Subjects,
    private readonly signed: SignedIntrospection,
    private readonly claims: PersonClaims,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @HttpCode(200)
  async introspect(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const presented = backChannelRequest(request, ['token', 'token_type_hint']);
    const client = await this.authenticator.authenticate(presented);
    // "the endpoint MUST also require some form of authorization" (§2.1). A public client does not authenticate.
    if (client.isPublic)
      throw new OAuthError('invalid_client', 'introspection is for clients that authenticate');
    const token = presented.parameters.require('token');
    const answer = (await this.describe(token, client)) ?? inactive;
    noStore(reply);
    if (prefersJwt(request.headers.accept))
      reply.type(introspectionMediaType).send(await this.signed.sign(client, answer));
    else reply.send(answer);
  }

  private async describe(
    token: string,
    client: RegisteredClient,
  ): Promise<Record<string, unknown> | undefined> {
    const active = await this.activeTokens.find(token);
    if (active) return mayKnowToken(client, active) ? this.accessToken(active) : undefined;
    return this.refreshToken(token, client);
  }

  private async accessToken(token: ActiveToken): Promise<Record<string, unknown>> {
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
      cnf: token.confirmation,
      act: token.actor,
    };
  }

  /** Describes a refresh token, to its own client only. */
  private async refreshToken(
    token: string,
    client: RegisteredClient,
  ): Promise<Record<string, unknown> | undefined> {
    const now = this.clock.now();
    const found = await this.refreshTokens.find(lookupHash(token));
    if (!found || found.clientId !== client.clientId) return undefined;
    if (found.consumedAt !== null || found.expiresAt <= now || found.grant.revokedAt !== null)
      return undefined;
    return {
      active: true,
      iss: this.settings.issuer,
      sub: found.grant.userId === null ? undefined : this.subjects.subjectFor(client, found.grant.userId),
      client_id: found.clientId,
      scope: found.grant.scope,
      exp: found.expiresAt,
      cnf: found.cnf ?? undefined,
    };
  }
}
