import { Injectable } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, errors } from 'jose';
import { verifyWith } from '../../../clients/key-set.js';
import { RemoteKeySets } from '../../../clients/remote-key-sets.js';
import { Clock } from '../../../config/clock.js';
import { OutboundError } from '../../../outbound/outbound.js';
import {
  type LogoutClaims,
  logoutClockSkewSeconds,
  logoutTokenAlgorithms,
  logoutTokenProblem,
  maxLogoutTokenLength,
  type ReadLogoutToken,
} from '../../../protocol/logout-token.js';
import { UpstreamBreaker } from '../breaker.js';
import type { LoadedUpstream } from '../definition.js';
import { OidcProtocol } from '../protocols/oidc.js';
import { UpstreamAwayError, UpstreamRefusal } from '../protocols/protocol.js';

/** A logout token that is not accepted. The message is for the log and the administrator. */
export class LogoutTokenRefused extends Error {
  /** @param isTemporary whether it may be accepted when it is sent again: the keys could not be read */
  constructor(
    message: string,
    readonly isTemporary = false,
  ) {
    super(message);
  }
}

/** Verifies the logout tokens of OpenID providers (OIDC Back-Channel Logout §2.6). */
@Injectable()
export class LogoutTokens {
  constructor(
    private readonly oidc: OidcProtocol,
    private readonly breaker: UpstreamBreaker,
    private readonly keySets: RemoteKeySets,
    private readonly clock: Clock,
  ) {}

  /**
   * What a valid token says. Its `jti` is not used up yet. What it says of itself is checked first, so that no key is looked for on behalf
   * of a token that cannot be valid.
   * @throws LogoutTokenRefused
   */
  async verify(upstream: LoadedUpstream, jwt: string): Promise<LogoutClaims> {
    const token = read(jwt);
    try {
      const metadata = await this.breaker.ask(upstream.alias, 'keys', () => this.oidc.metadataOf(upstream));
      const rules = { issuer: metadata.issuer, clientId: upstream.client_id ?? '' };
      const problem = logoutTokenProblem(token, rules, this.clock.now());
      if (problem !== undefined) throw new LogoutTokenRefused(problem);
      const { jwks_uri: uri, id_token_signing_alg_values_supported: supported } = metadata;
      if (uri === undefined) throw new LogoutTokenRefused('the upstream publishes no keys');
      await this.checkSignature(jwt, uri, logoutTokenAlgorithms(supported));
      return token.claims as unknown as LogoutClaims;
    } catch (error) {
      throw refusedFor(error);
    }
  }

  private async checkSignature(jwt: string, uri: string, algorithms: string[]): Promise<void> {
    const options = {
      algorithms,
      clockTolerance: logoutClockSkewSeconds,
      currentDate: new Date(this.clock.now() * 1_000),
    };
    try {
      await verifyWith(await this.keySets.current(uri), jwt, options);
    } catch (error) {
      // The upstream may have changed its keys since they were fetched.
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await verifyWith(await this.keySets.refetch(uri), jwt, options);
    }
  }
}

/** What a JWT says of itself. Nothing of it is verified. */
function read(jwt: string): ReadLogoutToken {
  if (jwt.length > maxLogoutTokenLength)
    throw new LogoutTokenRefused(`it has more than ${maxLogoutTokenLength} characters`);
  try {
    return { typ: decodeProtectedHeader(jwt).typ, claims: decodeJwt(jwt) };
  } catch {
    throw new LogoutTokenRefused('it is not a signed JWT');
  }
}

function refusedFor(error: unknown): Error {
  if (error instanceof OutboundError || error instanceof UpstreamAwayError)
    return new LogoutTokenRefused(`the upstream's keys could not be read: ${error.message}`, true);
  const isRefusal =
    error instanceof errors.JOSEError || error instanceof TypeError || error instanceof UpstreamRefusal;
  return isRefusal ? new LogoutTokenRefused(error.message) : (error as Error);
}
