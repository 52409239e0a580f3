import { Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import { Clock } from '../config/clock.js';
import { lookupHash } from '../crypto/opaque-token.js';
import { JwtVerifier } from '../keys/jwt-verifier.js';
import { AccessTokensStore } from '../persistence/stores/access-tokens.store.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
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
  readonly authTime: number | undefined;
  readonly acr: string | undefined;
  /** What it is bound to. */
  readonly confirmation: Confirmation | undefined;
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
    return jwtForm.test(token) ? this.findJwt(token) : this.findOpaque(token);
  }

  private async findOpaque(token: string): Promise<ActiveToken | undefined> {
    const row = await this.accessTokens.findLive(lookupHash(token), this.clock.now());
    return (
      row && {
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
        authTime: row.authTime ?? undefined,
        acr: row.acr ?? undefined,
        confirmation: row.cnf ?? undefined,
      }
    );
  }

  private async findJwt(token: string): Promise<ActiveToken | undefined> {
    const hash = lookupHash(token);
    let active = this.verified.get(hash);
    if (!active) {
      const payload = await this.jwtVerifier.verify(token, 'at+jwt');
      active = payload && fromPayload(payload);
      if (!active) return undefined;
      this.verified.set(hash, active);
    }
    const now = this.clock.now();
    if (active.expiresAt <= now) {
      this.verified.delete(hash);
      return undefined;
    }
    const grant = await this.grants.findLive(active.grantId, active.jti, now);
    if (!grant) return undefined;
    if (active.userId === grant.userId) return active;
    // Only the grant knows who is behind a pairwise subject; that never changes.
    const owned = { ...active, userId: grant.userId };
    this.verified.set(hash, owned);
    return owned;
  }
}

/** The claims of RFC 9068 §2.2 that we put there, with our own `grant_id`. */
function fromPayload(payload: JWTPayload): ActiveToken | undefined {
  const {
    jti,
    sub,
    aud,
    iat,
    exp,
    client_id: clientId,
    grant_id: grantId,
    scope,
    auth_time: authTime,
    acr,
    cnf,
  } = payload;
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
    authTime: typeof authTime === 'number' ? authTime : undefined,
    acr: typeof acr === 'string' ? acr : undefined,
    confirmation: readConfirmation(cnf),
  };
}
