import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { GrantRevocation } from '../../consent/grant-revocation.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { openSuccessor, sealSuccessor } from '../../crypto/secrets.js';
import { Database } from '../../persistence/database.js';
import { AccessTokensStore } from '../../persistence/stores/access-tokens.store.js';
import {
  RefreshTokensStore,
  type RefreshTokenWithGrant,
} from '../../persistence/stores/refresh-tokens.store.js';
import { type Confirmation, missingProof } from '../../protocol/confirmation.js';
import { invalidGrant, invalidScope } from '../../protocol/errors.js';
import { organizationScope, organizationScopeOf } from '../../protocol/organization.js';
import { isWithin, parseScope } from '../../protocol/scope.js';
import type { IssuingGrant } from '../../persistence/entities/grant-columns.js';
import type { Entitlement } from '../entitlements.js';
import type { MintedAccessToken } from '../mint/access-token.js';
import { RefreshTokenMint } from '../mint/refresh-token.js';
import { type IssuedTokens, issuedTokens } from '../mint/token-response.js';
import { GrantTokenIssuance } from './grant-token-issuance.js';
import type { GrantType, TokenRequest } from './grant-type.js';

/** The refresh token grant (RFC 6749 §6), with rotation and reuse detection (RFC 9700 §4.14.2). */
@Injectable()
export class RefreshTokenGrant implements GrantType {
  readonly name = 'refresh_token';
  readonly parameters = ['refresh_token', 'scope', 'authorization_details'];

  constructor(
    private readonly refreshTokens: RefreshTokensStore,
    private readonly accessTokens: AccessTokensStore,
    private readonly tokens: GrantTokenIssuance,
    private readonly refreshTokenMint: RefreshTokenMint,
    private readonly grantRevocation: GrantRevocation,
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async exchange(request: TokenRequest): Promise<IssuedTokens> {
    const { client, parameters, confirmation, now } = request;
    const presented = parameters.require('refresh_token');
    const token = await this.refreshTokens.find(lookupHash(presented));
    if (!token || token.clientId !== client.clientId)
      throw refused('unknown token, or a token of another client');
    checkKey(token, confirmation);
    await this.checkActive(token, now);

    const { grant } = token;
    const entitlement = await this.entitlement(request, grant);
    const { access, idToken, scopes } = await this.tokens.mint(request, grant, entitlement);
    const refreshToken = await this.advance(request, token, presented, access);
    return issuedTokens(access, scopes, { refreshToken, idToken });
  }

  /** What is left of the grant, narrowed to the scopes that the request names. */
  private async entitlement(request: TokenRequest, grant: IssuingGrant): Promise<Entitlement> {
    const asked = parseScope(request.parameters.get('scope')).map((scope) =>
      grant.orgId !== null && scope === organizationScopeOf(grant.orgId) ? organizationScope : scope,
    );
    // "The requested scope MUST NOT include any scope not originally granted by the resource owner" (§6). Clients that repeat the
    // scope of their authorization request are not refused for what they did not get of it.
    if (!isWithin(asked, parseScope(`${grant.scope} ${grant.ungrantedScope ?? ''}`)))
      throw invalidScope('scope contains scopes that were not granted');
    const entitlement = await this.tokens.entitlement(request, grant);
    const { scopes } = entitlement;
    if (!this.refreshTokenMint.isDue(request.client, grant, scopes))
      throw refused('the client may not have offline_access any more');
    if (asked.length === 0) return entitlement;
    const narrowed = scopes.filter((scope) => asked.includes(scope));
    if (narrowed.length === 0) throw invalidScope('these scopes are not available any more');
    return { ...entitlement, scopes: narrowed };
  }

  private async checkActive(token: RefreshTokenWithGrant, now: number): Promise<void> {
    const { grant } = token;
    if (grant.revokedAt !== null) throw refused('the grant was revoked');
    if (grant.userDisabledAt !== null) throw refused('the resource owner is disabled');
    if (grant.expiresAt !== null && grant.expiresAt <= now) throw refused('the grant has expired');
    if (token.consumedAt !== null && !this.isWithinGrace(token.consumedAt, now)) await this.reused(token);
    if (token.consumedAt === null && token.expiresAt <= now)
      throw refused('the token has expired, since it was not used in time');
  }

  /** Stores the new tokens, and returns the refresh token that the client uses from now on. */
  private async advance(
    { client, confirmation, now }: TokenRequest,
    token: RefreshTokenWithGrant,
    presented: string,
    access: MintedAccessToken,
  ): Promise<string> {
    if (!client.rotatesRefreshTokens) return this.prolong(token, presented, access, now);
    if (token.consumedAt !== null) return this.repeat(token, presented, access);

    const successor = this.refreshTokenMint.mint(client, token.grant, now, confirmation);
    const rotated = await this.database.write(async (tx) => {
      if (
        !(await this.refreshTokens.rotate(
          tx,
          token.tokenHash,
          sealSuccessor(presented, successor.token),
          successor.row,
        ))
      )
        return false;
      if (access.row) await this.accessTokens.insert(tx, access.row);
      return true;
    });
    if (rotated) return successor.token;

    // Another request was faster. The row shows whether this is a retry of the same client or a replay.
    const latest = await this.refreshTokens.find(lookupHash(presented));
    if (!latest) throw refused('the token was deleted meanwhile');
    await this.checkActive(latest, now);
    return this.repeat(latest, presented, access);
  }

  /** During the grace period a rotated token yields the same successor again, so that there is only one active token. */
  private async repeat(
    token: RefreshTokenWithGrant,
    presented: string,
    access: MintedAccessToken,
  ): Promise<string> {
    if (token.successorSealed === null) throw refused('the token was rotated without a successor');
    const { row } = access;
    if (row) await this.database.write((tx) => this.accessTokens.insert(tx, row));
    return openSuccessor(presented, token.successorSealed);
  }

  /** Extends the lifetime of a token that does not rotate. */
  private async prolong(
    token: RefreshTokenWithGrant,
    presented: string,
    access: MintedAccessToken,
    now: number,
  ): Promise<string> {
    if (token.consumedAt !== null) throw refused('the token was rotated');
    const prolonged = await this.database.write(async (tx) => {
      if (
        !(await this.refreshTokens.prolong(
          tx,
          token.tokenHash,
          this.refreshTokenMint.expiry(token.grant, now),
        ))
      )
        return false;
      if (access.row) await this.accessTokens.insert(tx, access.row);
      return true;
    });
    if (!prolonged) throw refused('the grant was revoked');
    return presented;
  }

  /** "the authorization server […] will revoke the active refresh token as well as the access authorization grant" (RFC 9700 §4.14.2) */
  private async reused({ grant, clientId }: RefreshTokenWithGrant): Promise<never> {
    await this.grantRevocation.revoke({ ...grant, clientId }, 'refresh_token_reused', `client:${clientId}`);
    throw refused(`the token was rotated before; grant ${grant.id} is revoked`);
  }

  /** A request that began before the token was rotated comes at that moment at the earliest: without a grace it is one too many. */
  private isWithinGrace(consumedAt: number, now: number): boolean {
    return Math.max(now, consumedAt) < consumedAt + this.settings.lifetimes.refreshGrace;
  }
}

/**
 * The key is checked first, so that a stolen token without its key neither works nor revokes the grant.
 * "the client MUST present a DPoP proof for the same key that was used to obtain the refresh token" (RFC 9449 §5); the
 * same holds for certificates (RFC 8705 §4).
 */
function checkKey({ cnf }: RefreshTokenWithGrant, confirmation: Confirmation | undefined): void {
  const missing = missingProof(cnf, confirmation);
  if (missing !== undefined) throw refused(missing);
}

const refused = (detail: string): Error =>
  invalidGrant('the refresh token is invalid, expired, revoked, or belongs to another client', detail);
