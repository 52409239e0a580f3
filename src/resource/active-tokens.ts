import { Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { Clock } from '../config/clock.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { JwtVerifier } from '../keys/jwt-verifier.js';
import { type GrantClaims, readGrantClaims } from '../persistence/entities/grant-claims.js';
import { AccessTokensStore, type LiveAccessToken } from '../persistence/stores/access-tokens.store.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import type { UserClaimsSource } from '../persistence/stores/users.store.js';
import { type Confirmation, readConfirmation } from '../protocol/confirmation.js';

/** An access token of ours that is good at this moment. Times are seconds since the epoch. */
export interface ActiveToken {
  readonly jti: string;
  readonly format: 'jwt' | 'opaque';
  readonly clientId: string;
  /** What the resource knows the resource owner by, or the client's id where it acts for itself. */
  readonly subject: string;
  /** The resource owner, or null where the client acts for itself. */
  readonly userId: string | null;
  readonly scope: string;
  readonly audience: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly grantId: string;
  /** Its claims that come from the grant. */
  readonly grantClaims: GrantClaims;
  /** What it is bound to. */
  readonly confirmation: Confirmation | undefined;
}

/** A token with its resource owner; undefined where there is none, or none that may still sign in. */
export interface OwnedToken {
  readonly active: ActiveToken;
  readonly owner: UserClaimsSource | undefined;
}

const jwtForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** More than any token of ours has. */
const longestToken = 8_192;

/** Looks up access tokens of either form: signature or hash first, then whether the grant behind them lives. */
@Injectable()
export class ActiveTokens {
  /** JWTs whose signature was verified; whether they still are good is asked every time. */
  private readonly verified = new LRUCache<string, ActiveToken>({ max: 10_000 });

  constructor(
    private readonly accessTokens: AccessTokensStore,
    private readonly grants: GrantsStore,
    private readonly jwtVerifier: JwtVerifier,
    private readonly clock: Clock,
  ) {}

  /** The token, or undefined when it is unknown, expired, revoked, or its grant or client is dead. */
  async find(token: string): Promise<ActiveToken | undefined> {
    if (token.length > longestToken) return undefined;
    const hash = lookupHash(token);
    const now = this.clock.now();
    if (!jwtForm.test(token)) {
      const row = await this.accessTokens.findLive(hash, now);
      return row && fromRow(row);
    }
    const signed = await this.verifiedJwt(token, hash, now);
    const grant = signed && (await this.grants.findLive(signed.grantId, signed.jti, now));
    return grant && this.owned(signed, hash, grant.userId);
  }

  /** As {@link find}, with the resource owner from the same query. */
  async findWithOwner(token: string): Promise<OwnedToken | undefined> {
    if (token.length > longestToken) return undefined;
    const hash = lookupHash(token);
    const now = this.clock.now();
    if (!jwtForm.test(token)) {
      const found = await this.accessTokens.findLiveWithOwner(hash, now);
      return found && { active: fromRow(found.token), owner: found.owner };
    }
    const signed = await this.verifiedJwt(token, hash, now);
    const grant = signed && (await this.grants.findLiveWithOwner(signed.grantId, signed.jti, now));
    return grant && { active: this.owned(signed, hash, grant.userId), owner: grant.owner };
  }

  /** A JWT of ours that has not expired; whether its grant lives is not asked here. */
  private async verifiedJwt(token: string, hash: string, now: number): Promise<ActiveToken | undefined> {
    let active = this.verified.get(hash);
    if (!active) {
      const payload = await this.jwtVerifier.verify(token, 'at+jwt');
      active = payload && fromPayload(payload);
      if (!active) return undefined;
      this.verified.set(hash, active);
    }
    if (active.expiresAt > now) return active;
    this.verified.delete(hash);
    return undefined;
  }

  /** Only the grant knows who is behind a pairwise subject; that never changes. */
  private owned(signed: ActiveToken, hash: string, userId: string | null): ActiveToken {
    if (signed.userId === userId) return signed;
    const owned = { ...signed, userId };
    this.verified.set(hash, owned);
    return owned;
  }
}

function fromRow(row: LiveAccessToken): ActiveToken {
  return {
    jti: row.id,
    format: 'opaque',
    clientId: row.clientId,
    subject: row.subject ?? row.userId ?? row.clientId,
    userId: row.userId,
    scope: row.scope,
    audience: row.audience,
    issuedAt: row.issuedAt,
    expiresAt: row.expiresAt,
    grantId: row.grantId,
    grantClaims: row.grantClaims,
    confirmation: row.cnf ?? undefined,
  };
}

/** The claims of RFC 9068 §2.2 that we put there, with our own `grant_id`. */
function fromPayload(payload: JWTPayload): ActiveToken | undefined {
  const { jti, sub, aud, iat, exp, client_id: clientId, grant_id: grantId, scope, cnf } = payload;
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
  };
}
