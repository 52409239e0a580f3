import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AccessTokenFacts } from '../../audit/issue-groups.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { JWTPayload } from 'jose';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { Subjects } from '../../clients/subjects.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import { PersonClaims } from '../../directory/claims.js';
import { JwtSigner } from '../../keys/jwt-signer.js';
import type { OpaqueAccessToken } from '../../persistence/entities/access-token.entity.js';
import { grantClaims } from '../../persistence/entities/grant-claims.js';
import type { GrantContext } from '../../persistence/entities/grant-columns.js';
import { newId } from '../../persistence/id.js';
import { type AuthorizationDetail } from '../../protocol/authorization-details.js';
import type { Actor } from '../../protocol/actor.js';
import { type Confirmation, type TokenType, tokenTypeOf } from '../../protocol/confirmation.js';
import { usableAlgorithms } from '../../protocol/profile.js';
import { formatScope } from '../../protocol/scope.js';
import { AuthorizationDetails } from '../../resource/authorization-details/authorization-details.js';
import { ResourceCatalogue } from '../../resource/resource-catalogue.js';

/** The contents of an access token. Times are seconds since the epoch. */
export interface AccessTokenContents {
  readonly client: RegisteredClient;
  /** The token expires with its grant at the latest. */
  readonly grant: GrantContext;
  readonly scopes: readonly string[];
  /** The resources that the audience is limited to (RFC 8707); null if the scopes alone decide. */
  readonly resources: readonly string[] | null;
  /** What it allows beside the scopes (RFC 9396). */
  readonly authorizationDetails: readonly AuthorizationDetail[];
  /** The key or certificate to which the token is bound; absent for a bearer token. */
  readonly confirmation?: Confirmation;
  /** What an exchanged token takes over from its subject token (RFC 8693); absent for other tokens. */
  readonly exchanged?: ExchangedContents;
  readonly now: number;
}

/** What an exchanged token takes over. */
export interface ExchangedContents {
  /** `sub` of the subject token: the resource owner, as its client knows them. */
  readonly subject: string;
  /** The client that the resource owner gave the grant, if it is another one. */
  readonly grantClientId?: string;
  /** Who acts from now on, and who acted before. */
  readonly actor: Actor;
  /** When it expires at the latest: with the subject token, and as the bounds of the client of the grant say. */
  readonly expiresAt: number;
}

export interface MintedAccessToken {
  readonly facts: AccessTokenFacts;
  readonly token: string;
  readonly tokenType: TokenType;
  /** Seconds. */
  readonly expiresIn: number;
  readonly authorizationDetails: readonly AuthorizationDetail[];
  /** The row to store; undefined for a JWT, which is not stored. */
  readonly row: OpaqueAccessToken | undefined;
}

/** Mints access tokens: JWTs (RFC 9068) or opaque strings, depending on the client's `access_token_format`. */
@Injectable()
export class AccessTokenMint {
  constructor(
    private readonly signer: JwtSigner,
    private readonly subjects: Subjects,
    private readonly catalogue: ResourceCatalogue,
    private readonly claims: PersonClaims,
    private readonly details: AuthorizationDetails,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async mint(contents: AccessTokenContents): Promise<MintedAccessToken> {
    const expiresIn = this.lifetimeOf(contents);
    const audience = await this.audienceOf(contents);
    const tokenType = tokenTypeOf(contents.confirmation);
    const { client, grant, scopes, authorizationDetails } = contents;
    const isOpaque = client.metadata.accessTokenFormat === 'opaque';
    const facts = {
      jti: isOpaque ? newId() : randomUUID(),
      clientId: client.clientId,
      userId: grant.userId,
      grantId: grant.id,
      scope: formatScope(scopes),
      resource: audience.join(' '),
    };
    if (isOpaque)
      return {
        ...this.opaque(contents, audience, expiresIn, facts),
        tokenType,
        expiresIn,
        facts,
        authorizationDetails,
      };
    const token = await this.jwt(contents, audience, facts.jti);
    return { token, tokenType, expiresIn, row: undefined, facts, authorizationDetails };
  }

  /** The resources that a token is for. */
  async audienceOf({ scopes, resources, authorizationDetails }: AccessTokenContents): Promise<string[]> {
    if (authorizationDetails.length === 0) return this.catalogue.audienceOf(scopes, resources);
    const others = await this.details.resourcesOf(authorizationDetails);
    return this.catalogue.audienceOf(scopes, resources, others);
  }

  /** What a JWT says: the claims of RFC 9068 §2.2, and `grant_id` and the clients, which the revocation feed names. */
  async payload(
    contents: AccessTokenContents,
    audience: string[],
    jti: string = randomUUID(),
  ): Promise<JWTPayload> {
    const { client, grant, scopes, confirmation, exchanged, now } = contents;
    const { clientId } = client;
    const { userId } = grant;
    return {
      ...(userId === null
        ? {}
        : await this.claims.ofAccess('access_token', {
            userId,
            clientId,
            scopes,
            audience,
            organizationId: grant.orgId,
          })),
      iss: this.settings.issuer,
      sub: exchanged?.subject ?? (userId === null ? clientId : this.subjects.subjectFor(client, userId)),
      aud: audience.length === 1 ? audience[0] : audience,
      client_id: clientId,
      scope: formatScope(scopes) || undefined,
      iat: now,
      exp: now + this.lifetimeOf(contents),
      jti,
      grant_id: grant.id,
      grant_client_id: exchanged?.grantClientId,
      ...grantClaims(grant),
      authorization_details: inToken(contents),
      cnf: confirmation,
      act: exchanged?.actor,
    };
  }

  /** Seconds. A token expires with its grant at the latest, with the token that it was exchanged for, and as the bounds of its client say. */
  private lifetimeOf({ client, grant, exchanged, now }: AccessTokenContents): number {
    const ends = Math.min(
      grant.expiresAt ?? Infinity,
      exchanged?.expiresAt ?? Infinity,
      client.latestExpiry(now),
    );
    return Math.min(this.settings.lifetimes.accessToken, ends - now);
  }

  private async jwt(contents: AccessTokenContents, audience: string[], jti: string): Promise<string> {
    const { accessTokenTyp, accessTokenSigningAlg } = await this.catalogue.accessTokenForm(audience);
    const payload = await this.payload(contents, audience, jti);
    const [alg = 'ES256'] = usableAlgorithms(contents.client.profile, [accessTokenSigningAlg]);
    return this.signer.sign(alg, accessTokenTyp, payload);
  }

  private opaque(
    contents: AccessTokenContents,
    audience: string[],
    expiresIn: number,
    { jti, scope }: AccessTokenFacts,
  ): { token: string; row: OpaqueAccessToken } {
    const { client, grant, confirmation, exchanged, now } = contents;
    const { userId } = grant;
    const token = generateOpaqueToken();
    const row: OpaqueAccessToken = {
      id: jti,
      tokenHash: lookupHash(token),
      grantId: grant.id,
      clientId: client.clientId,
      userId,
      subject: exchanged?.subject ?? (userId === null ? null : this.subjects.pairwise(client, userId)),
      scope,
      audience,
      issuedAt: now,
      expiresAt: now + expiresIn,
      cnf: confirmation ?? null,
      act: exchanged?.actor ?? null,
      authorizationDetails: inToken(contents) ?? null,
      revokedAt: null,
    };
    return { token, row };
  }
}

/** A token without authorization details does not speak of them. */
const inToken = ({
  authorizationDetails,
}: AccessTokenContents): readonly AuthorizationDetail[] | undefined =>
  authorizationDetails.length > 0 ? authorizationDetails : undefined;
