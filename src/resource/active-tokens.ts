import { Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { Clock } from '../config/clock.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { JwtVerifier } from '../keys/jwt-verifier.js';
import { type GrantClaims, readGrantClaims } from '../persistence/entities/grant-claims.js';
import { AccessTokensStore, type ActiveAccessToken } from '../persistence/stores/access-tokens.store.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import type { UserClaimsSource } from '../persistence/stores/users.store.js';
import { type AuthorizationDetail, readAuthorizationDetails } from '../protocol/authorization-details.js';
import { type Actor, readActor } from '../protocol/actor.js';
import { type Confirmation, readConfirmation } from '../protocol/confirmation.js';

/** An active access token. Times are seconds since the epoch. */
export interface ActiveToken {
  readonly jti: string;
  readonly format: 'jwt' | 'opaque';
  readonly clientId: string;
  /** Present if its client is an agent. Of a token that was exchanged it is not known. */
  readonly isAgent?: boolean;
  /** The subject that the resource sees: of the resource owner, or the client_id if the client acts for itself. */
  readonly subject: string;
  /** The resource owner; null if the client acts for itself. */
  readonly userId: string | null;
  readonly scope: string;
  readonly audience: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly grantId: string;
  /** The claims that come from the grant. */
  readonly grantClaims: GrantClaims;
  /** The key or certificate that it is bound to; undefined for a bearer token. */
  readonly confirmation: Confirmation | undefined;
  /** Who acts with it for the subject, if it comes of a token exchange (RFC 8693 §4.1). */
  readonly actor: Actor | undefined;
  /** What it allows beside its scopes (RFC 9396). */
  readonly authorizationDetails: readonly AuthorizationDetail[];
}

/** A token with its resource owner, who is undefined if the client acts for itself or the user is disabled. */
export interface OwnedToken {
  readonly active: ActiveToken;
  readonly owner: UserClaimsSource | undefined;
}

const jwtForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** An opaque token of this server: 256 bits in base64url. Other text is not looked up. */
const opaqueForm = /^[\w-]{43}$/;
/** No access token of this server is as long as this. */
const maxTokenCharacters = 8_192;

/** Finds active access tokens of both formats: by signature or hash, and then by the state of the grant. */
@Injectable()
export class ActiveTokens {
  /** JWTs with a verified signature. Whether they are active is checked every time. */
  private readonly verified = new LRUCache<string, ActiveToken>({ max: 10_000 });

  constructor(
    private readonly accessTokens: AccessTokensStore,
    private readonly grants: GrantsStore,
    private readonly jwtVerifier: JwtVerifier,
    private readonly clock: Clock,
  ) {
    jwtVerifier.onKeyGone(() => this.verified.clear());
  }

  /** The token; undefined if it is unknown, expired or revoked, its grant is not active, or its client is disabled. */
  async find(token: string): Promise<ActiveToken | undefined> {
    if (token.length > maxTokenCharacters) return undefined;
    const hash = lookupHash(token);
    const now = this.clock.now();
    if (!jwtForm.test(token)) {
      if (!opaqueForm.test(token)) return undefined;
      const row = await this.accessTokens.findActive(hash, now);
      return row && this.unlessDisabled(fromRow(row));
    }
    const signed = await this.verifiedJwt(token, hash, now);
    const grant = signed && (await this.grants.findActive(signed.grantId, signed.jti, now));
    if (!grant) return undefined;
    const active = this.withUser(signed, hash, grant.userId);
    return this.unlessDisabled(grant.isAgent ? { ...active, isAgent: true } : active);
  }

  /** As {@link find}, with the resource owner from the same query. */
  async findWithOwner(token: string): Promise<OwnedToken | undefined> {
    if (token.length > maxTokenCharacters) return undefined;
    const hash = lookupHash(token);
    const now = this.clock.now();
    if (!jwtForm.test(token)) {
      if (!opaqueForm.test(token)) return undefined;
      const found = await this.accessTokens.findActiveWithOwner(hash, now);
      const active = found && (await this.unlessDisabled(fromRow(found.token)));
      return active && { active, owner: found?.owner };
    }
    const signed = await this.verifiedJwt(token, hash, now);
    const grant = signed && (await this.grants.findActiveWithOwner(signed.grantId, signed.jti, now));
    const active = grant && (await this.unlessDisabled(this.withUser(signed, hash, grant.userId)));
    return active && { active, owner: grant?.owner };
  }

  /** The grant of an exchanged token is another client's, so that both of them have to be enabled. */
  private async unlessDisabled(token: ActiveToken): Promise<ActiveToken | undefined> {
    if (token.actor === undefined) return token;
    return (await this.grants.isExchangeActive(token.grantId, token.clientId)) ? token : undefined;
  }

  /** A JWT of this server that has not expired. The grant is not checked here. */
  private async verifiedJwt(token: string, hash: string, now: number): Promise<ActiveToken | undefined> {
    this.jwtVerifier.touch();
    let active = this.verified.get(hash);
    if (!active) {
      const payload = await this.jwtVerifier.verifyAccessToken(token);
      active = payload && fromPayload(payload);
      if (!active) return undefined;
      this.verified.set(hash, active);
    }
    if (active.expiresAt > now) return active;
    this.verified.delete(hash);
    return undefined;
  }

  /** Adds the user, whom only the grant names if the subject is pairwise. It never changes, so it is cached. */
  private withUser(signed: ActiveToken, hash: string, userId: string | null): ActiveToken {
    if (signed.userId === userId) return signed;
    const owned = { ...signed, userId };
    this.verified.set(hash, owned);
    return owned;
  }
}

function fromRow(row: ActiveAccessToken): ActiveToken {
  return {
    jti: row.id,
    format: 'opaque',
    clientId: row.clientId,
    isAgent: row.isAgent,
    subject: row.subject ?? row.userId ?? row.clientId,
    userId: row.userId,
    scope: row.scope,
    audience: row.audience,
    issuedAt: row.issuedAt,
    expiresAt: row.expiresAt,
    grantId: row.grantId,
    grantClaims: row.grantClaims,
    confirmation: row.cnf ?? undefined,
    actor: row.act ?? undefined,
    authorizationDetails: readAuthorizationDetails(row.authorizationDetails),
  };
}

/** Reads the claims of RFC 9068 §2.2, and our own `grant_id`. */
function fromPayload(payload: JWTPayload): ActiveToken | undefined {
  const { jti, sub, aud, iat, exp, client_id: clientId, grant_id: grantId, scope, cnf, act } = payload;
  if (jti === undefined || sub === undefined || aud === undefined || iat === undefined || exp === undefined)
    return undefined;
  if (typeof clientId !== 'string' || typeof grantId !== 'string') return undefined;
  return {
    jti,
    format: 'jwt',
    clientId,
    subject: sub,
    userId: null,
    scope: typeof scope === 'string' ? scope : '',
    audience: typeof aud === 'string' ? [aud] : aud,
    issuedAt: iat,
    expiresAt: exp,
    grantId,
    grantClaims: readGrantClaims(payload),
    confirmation: readConfirmation(cnf),
    actor: readActor(act),
    authorizationDetails: readAuthorizationDetails(payload['authorization_details']),
  };
}
