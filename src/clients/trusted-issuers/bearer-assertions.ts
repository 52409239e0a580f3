import { Inject, Injectable } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, errors, type JSONWebKeySet, type JWTVerifyOptions } from 'jose';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { OutboundError } from '../../outbound/outbound.js';
import { Database } from '../../persistence/database.js';
import { UsedJtisStore } from '../../persistence/stores/used-jtis.store.js';
import {
  type AssertionClaims,
  bearerAssertionProblem,
  idJagType,
  maxAssertionLength,
} from '../../protocol/bearer-assertion.js';
import { clockSkewSeconds } from '../../protocol/client-assertion.js';
import { verifyWith } from '../key-set.js';
import { RemoteKeySets } from '../remote-key-sets.js';
import type { AssertionKind, LoadedIssuer } from './definition.js';
import { TrustedIssuers } from './trusted-issuers.js';

/** A valid assertion, and the policy under which it was accepted. */
export interface VerifiedAssertion {
  readonly issuer: LoadedIssuer;
  readonly subject: string;
  readonly claims: AssertionClaims;
}

/** An assertion that is not accepted. The message is for the log and the administrator. */
export class AssertionRefused extends Error {}

/** The types of ordinary JWTs. Tokens with a type of their own are for something else (RFC 8725 §3.11). */
const ordinaryTypes: readonly unknown[] = [undefined, 'jwt', 'jose'];
const typesOfKind: Readonly<Record<AssertionKind, readonly unknown[]>> = {
  jwt: ordinaryTypes,
  'id-jag': [idJagType],
  // Services are called with access tokens (RFC 9068 §2.1).
  'subject-token': [...ordinaryTypes, 'at+jwt'],
};

/** Verifies the assertions of trusted issuers (RFC 7523 §3). */
@Injectable()
export class BearerAssertions {
  constructor(
    private readonly issuers: TrustedIssuers,
    private readonly keySets: RemoteKeySets,
    private readonly usedJtis: UsedJtisStore,
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Verifies an assertion that a client presents. Its `jti` is not used up yet.
   * @param kinds those that are taken here
   * @throws AssertionRefused
   */
  async verify(
    jwt: string,
    clientId: string,
    now: number,
    kinds: readonly AssertionKind[],
  ): Promise<VerifiedAssertion> {
    const { issuer, type } = read(jwt);
    const possible = kinds.filter((kind) => typesOfKind[kind].includes(type));
    if (possible.length === 0)
      throw new AssertionRefused(`typ ${shown(type)} is not that of the kind ${kinds.join(' or ')}`);
    const policies = (await this.issuers.policiesFor(issuer, clientId)).filter(({ kind }) =>
      possible.includes(kind),
    );
    let refusal = new AssertionRefused(
      `no trusted issuer ${issuer.slice(0, 200)} is for assertions of the kind ${possible.join(' or ')} and the client ${clientId}`,
    );
    for (const policy of policies) {
      try {
        return await this.verifyUnder(policy, jwt, now);
      } catch (error) {
        if (!(error instanceof AssertionRefused)) throw error;
        refusal = error;
      }
    }
    throw refusal;
  }

  /**
   * Uses up the `jti` on all replicas, where the policy demands it.
   * @throws AssertionRefused if it was used before
   */
  async useOnce({ issuer, claims }: VerifiedAssertion, now: number): Promise<void> {
    if (!issuer.require_jti) return;
    const { jti, exp } = claims;
    const jtiHash = lookupHash(JSON.stringify(['bearer_assertion', issuer.issuer, jti]));
    const expiresAt = Math.ceil(typeof exp === 'number' ? exp : now) + clockSkewSeconds;
    if (!(await this.database.write((tx) => this.usedJtis.use(tx, jtiHash, expiresAt))))
      throw new AssertionRefused(`jti was used before, of ${issuer.issuer}`);
  }

  private async verifyUnder(issuer: LoadedIssuer, jwt: string, now: number): Promise<VerifiedAssertion> {
    const claims = await this.signedClaims(issuer, jwt, now);
    const rules = {
      audiences: issuer.audiences.length > 0 ? issuer.audiences : [this.settings.issuer],
      maxLifetime: issuer.max_lifetime,
      requireJti: issuer.require_jti,
      claims: issuer.claims,
    };
    const problem = bearerAssertionProblem(claims, rules, now);
    if (problem !== undefined) throw new AssertionRefused(`${problem} (trusted issuer ${issuer.name})`);
    return { issuer, subject: String(claims['sub']), claims };
  }

  private async signedClaims(issuer: LoadedIssuer, jwt: string, now: number): Promise<AssertionClaims> {
    const options: JWTVerifyOptions = {
      algorithms: [...issuer.algorithms],
      issuer: issuer.issuer,
      requiredClaims: ['aud', 'exp', 'sub'],
      clockTolerance: clockSkewSeconds,
      currentDate: new Date(now * 1000),
    };
    try {
      return await this.verifyByKeys(issuer, jwt, options);
    } catch (error) {
      const isRefusal =
        error instanceof errors.JOSEError || error instanceof OutboundError || error instanceof TypeError;
      if (!isRefusal) throw error;
      throw new AssertionRefused(`${error.message} (trusted issuer ${issuer.name})`);
    }
  }

  private async verifyByKeys(
    { jwks, jwks_uri: uri = '' }: LoadedIssuer,
    jwt: string,
    options: JWTVerifyOptions,
  ): Promise<AssertionClaims> {
    if (jwks) return verifyWith(jwks as unknown as JSONWebKeySet, jwt, options);
    try {
      return await verifyWith(await this.keySets.current(uri), jwt, options);
    } catch (error) {
      // The issuer may have changed its keys since they were fetched.
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return verifyWith(await this.keySets.refetch(uri), jwt, options);
    }
  }
}

/** What an assertion says of itself. Nothing of it is verified. */
function read(jwt: string): { issuer: string; type: unknown } {
  if (jwt.length > maxAssertionLength)
    throw new AssertionRefused(`it has more than ${maxAssertionLength} characters`);
  try {
    const type: unknown = decodeProtectedHeader(jwt).typ;
    const { iss } = decodeJwt(jwt);
    return {
      issuer: typeof iss === 'string' ? iss : '',
      type: typeof type === 'string' ? type.toLowerCase().replace(/^application\//, '') : type,
    };
  } catch {
    throw new AssertionRefused('it is not a JWT');
  }
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'none').slice(0, 100);
