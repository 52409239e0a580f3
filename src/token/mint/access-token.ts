import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import { JwtSigner } from '../../keys/jwt-signer.js';
import type { OpaqueAccessToken } from '../../persistence/entities/access-token.entity.js';
import { newId } from '../../persistence/id.js';
import { formatScope } from '../../protocol/scope.js';
import { ResourceCatalogue } from '../../resource/resource-catalogue.js';

/** What an access token is to say. Times are seconds since the epoch. */
export interface AccessTokenContents {
  readonly client: RegisteredClient;
  readonly grantId: string;
  /** When the grant ends, and the token at the latest with it; absent where it stands for good. */
  readonly grantExpiresAt?: number | null;
  /** The resource owner, or null where the client acts for itself. */
  readonly userId: string | null;
  readonly scopes: readonly string[];
  /** The resources that the audience is limited to (RFC 8707); absent where the scopes alone decide. */
  readonly resources?: readonly string[] | null;
  readonly authTime?: number | null;
  readonly acr?: string | null;
  readonly now: number;
}

export interface MintedAccessToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** What is to be stored of it; a JWT is not stored. */
  readonly row: OpaqueAccessToken | undefined;
}

/** Mints access tokens: JWTs (RFC 9068) or opaque strings, as the client is registered. */
@Injectable()
export class AccessTokenMint {
  constructor(
    private readonly signer: JwtSigner,
    private readonly catalogue: ResourceCatalogue,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async mint(contents: AccessTokenContents): Promise<MintedAccessToken> {
    const { accessToken } = this.settings.lifetimes;
    const expiresIn = Math.min(accessToken, (contents.grantExpiresAt ?? Infinity) - contents.now);
    const audience = await this.catalogue.audienceOf(contents.scopes, contents.resources);
    return contents.client.metadata.accessTokenFormat === 'opaque'
      ? this.opaque(contents, audience, expiresIn)
      : { token: await this.jwt(contents, audience, expiresIn), expiresIn, row: undefined };
  }

  /** The claims of RFC 9068 §2.2, and `grant_id`, by which a revocation reaches it. */
  private jwt(contents: AccessTokenContents, audience: string[], expiresIn: number): Promise<string> {
    const { client, grantId, userId, scopes, authTime, acr, now } = contents;
    return this.signer.sign('ES256', 'at+jwt', {
      iss: this.settings.issuer,
      sub: userId ?? client.clientId,
      aud: audience.length === 1 ? audience[0] : audience,
      client_id: client.clientId,
      scope: formatScope(scopes) || undefined,
      iat: now,
      exp: now + expiresIn,
      jti: randomUUID(),
      grant_id: grantId,
      auth_time: authTime ?? undefined,
      acr: acr ?? undefined,
    });
  }

  private opaque(contents: AccessTokenContents, audience: string[], expiresIn: number): MintedAccessToken {
    const { client, grantId, userId, scopes, now } = contents;
    const token = generateOpaqueToken();
    const row: OpaqueAccessToken = {
      id: newId(),
      tokenHash: lookupHash(token),
      grantId,
      clientId: client.clientId,
      userId,
      scope: formatScope(scopes),
      audience,
      issuedAt: now,
      expiresAt: now + expiresIn,
      revokedAt: null,
    };
    return { token, expiresIn, row };
  }
}
