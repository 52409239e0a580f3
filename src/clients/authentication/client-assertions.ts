import { Inject, Injectable } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { Clock } from '../../config/clock.js';
import { endpoints } from '../../config/endpoints.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { OutboundError } from '../../outbound/outbound.js';
import { Database } from '../../persistence/database.js';
import { UsedJtisStore } from '../../persistence/stores/used-jtis.store.js';
import {
  assertionAlgorithms,
  type AssertionMethod,
  assertionProblem,
  clockSkewSeconds,
  jwtBearerAssertion,
  strictAudienceProblem,
} from '../../protocol/client-assertion.js';
import { invalidRequest, OAuthError } from '../../protocol/errors.js';
import { usableAlgorithms } from '../../protocol/profile.js';
import type { RegisteredClient } from '../registered-client.js';
import type { AuthenticationRequest } from './method.js';

/** A client assertion (RFC 7521 §4.2), not verified yet. */
export interface ClientAssertion {
  readonly clientId: string;
  readonly jwt: string;
}

/** Verifies the signature and the claims of an assertion. It throws if they are invalid. */
export type VerifyAssertion = (options: JWTVerifyOptions) => Promise<JWTPayload>;

/** The rules that private_key_jwt and client_secret_jwt share (RFC 7523 §2.2 and §3, OIDC Core §9). */
@Injectable()
export class ClientAssertions {
  private readonly issuer: readonly string[];
  private readonly issuerAndEndpoints: readonly string[];

  constructor(
    private readonly usedJtis: UsedJtisStore,
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    const { issuer, issuerPath, mtls } = settings;
    this.issuer = [issuer];
    const origins = mtls?.origin === undefined ? [issuer] : [issuer, mtls.origin + issuerPath];
    // Besides the issuer and the token endpoint, RFC 9126 §2 allows the pushed request endpoint, and CIBA Core §7.1 the backchannel
    // authentication endpoint. With mutual TLS, each has an alias.
    const addresses = origins.flatMap((origin) => [
      origin + endpoints.token,
      origin + endpoints.pushedRequest,
      origin + endpoints.backchannelAuthentication,
    ]);
    this.issuerAndEndpoints = [issuer, ...addresses];
  }

  /**
   * Finds the assertion of a request.
   * @returns undefined if there is none, or if its algorithm belongs to the other method: a MAC is never checked with a public key
   * @throws OAuthError if it is sent without its type, or is not a JWT
   */
  find({ parameters }: AuthenticationRequest, method: AssertionMethod): ClientAssertion | undefined {
    const jwt = parameters.get('client_assertion');
    const type = parameters.get('client_assertion_type');
    if (jwt === undefined && type === undefined) return undefined;
    if (jwt === undefined || type === undefined)
      throw invalidRequest('client_assertion and client_assertion_type belong together');
    if (type !== jwtBearerAssertion) throw refused(`client_assertion_type is ${type.slice(0, 200)}`);
    const { alg, issuer } = read(jwt);
    const isKeyedHash = /^HS\d+$/.test(alg);
    return isKeyedHash === (method === 'client_secret_jwt') ? { clientId: issuer, jwt } : undefined;
  }

  /**
   * Accepts a valid assertion once.
   * @throws OAuthError invalid_client if it is invalid or was used before
   */
  async accept(client: RegisteredClient, method: AssertionMethod, verify: VerifyAssertion): Promise<true> {
    const { tokenEndpointAuthSigningAlg: registered, assertionAudience } = client.metadata;
    const now = this.clock.now();
    const claims = await verified(verify, {
      algorithms: usableAlgorithms(
        client.profile,
        registered === null ? assertionAlgorithms[method] : [registered],
      ),
      // "the iss and sub claims MUST be the client_id" (§3)
      issuer: client.clientId,
      subject: client.clientId,
      requiredClaims: ['aud', 'exp', 'jti'],
      clockTolerance: clockSkewSeconds,
      currentDate: new Date(now * 1000),
    });
    const audiences = assertionAudience === 'endpoint' ? this.issuerAndEndpoints : this.issuer;
    const problem =
      assertionProblem(claims, audiences, now) ??
      (client.profile === null ? undefined : strictAudienceProblem(claims, this.settings.issuer));
    if (problem !== undefined) throw refused(problem);

    const jtiHash = lookupHash(JSON.stringify(['client_assertion', client.clientId, claims.jti]));
    const expiresAt = Math.ceil(claims.exp ?? now) + clockSkewSeconds;
    if (!(await this.database.write((tx) => this.usedJtis.use(tx, jtiHash, expiresAt))))
      throw refused(`jti was used before by ${client.clientId}`);
    return true;
  }
}

function read(jwt: string): { alg: string; issuer: string } {
  try {
    const { alg } = decodeProtectedHeader(jwt);
    const { iss = '' } = decodeJwt(jwt);
    // They are JSON of somebody who has not authenticated yet.
    if (typeof alg === 'string' && typeof iss === 'string') return { alg, issuer: iss };
  } catch {
    throw refused('client_assertion is not a JWT');
  }
  throw refused('alg and iss of client_assertion are no texts');
}

async function verified(verify: VerifyAssertion, options: JWTVerifyOptions): Promise<JWTPayload> {
  try {
    return await verify(options);
  } catch (error) {
    const isRefusal =
      error instanceof errors.JOSEError || error instanceof OutboundError || error instanceof TypeError;
    if (!isRefusal) throw error;
    throw refused(error.message);
  }
}

const refused = (detail: string): OAuthError =>
  new OAuthError('invalid_client', 'client authentication failed', { detail: `client assertion: ${detail}` });
