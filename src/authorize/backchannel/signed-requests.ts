import { Inject, Injectable } from '@nestjs/common';
import { decodeProtectedHeader, errors, type JWTPayload } from 'jose';
import { ClientKeys } from '../../clients/client-keys.js';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { Clock } from '../../config/clock.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { lookupHash } from '../../crypto/opaque-token.js';
import { OutboundError } from '../../outbound/outbound.js';
import { backchannelParameters, signedRequestProblem } from '../../protocol/backchannel-request.js';
import { clockSkewSeconds } from '../../protocol/client-assertion.js';
import { invalidRequest } from '../../protocol/errors.js';
import { Parameters } from '../../protocol/parameters.js';
import { requestObjectAlgorithms, requestObjectParameters } from '../../protocol/request-object.js';

/** The one use of a signed request. */
export interface UsedJti {
  readonly hash: string;
  /** Until then the request could be accepted. */
  readonly expiresAt: number;
}

/** The parameters of a request, and the `jti` that it uses up if it was signed. */
export interface ReadRequest {
  readonly parameters: Parameters;
  readonly jti: UsedJti | undefined;
}

/** Signed backchannel authentication requests (CIBA Core §7.1.1). */
@Injectable()
export class BackchannelSignedRequests {
  constructor(
    private readonly keys: ClientKeys,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The parameters of a request, as they were sent or in the JWT. Errors of the JWT are `invalid_request` here (CIBA Core §13).
   * @throws OAuthError invalid_request if the JWT is invalid or stands beside other parameters, or if the client has to sign
   */
  async read(client: RegisteredClient, sent: Parameters): Promise<ReadRequest> {
    const jwt = sent.get('request');
    if (jwt === undefined) {
      if (mustSign(client)) throw invalidRequest('backchannel requests of this client must be signed');
      return { parameters: sent, jti: undefined };
    }
    // "authentication request parameters MUST NOT be present outside of the JWT" (§7.1.1)
    const beside = backchannelParameters.find((name) => name !== 'request' && sent.all(name).length > 0);
    if (beside !== undefined) throw invalidRequest(`${beside} cannot stand beside a signed request`);
    const claims = await this.verify(client, jwt);
    const problem = signedRequestProblem(claims, this.settings.issuer, this.clock.now());
    if (problem !== undefined) throw refused(problem);
    const parameters = Parameters.from(requestObjectParameters(claims));
    parameters.refuseRepeated(backchannelParameters);
    const hash = lookupHash(JSON.stringify(['backchannel_request', client.clientId, claims.jti]));
    return { parameters, jti: { hash, expiresAt: Math.ceil(claims.exp ?? 0) + clockSkewSeconds } };
  }

  private async verify(client: RegisteredClient, jwt: string): Promise<JWTPayload> {
    if (!client.hasKeys) throw refused('the client has no keys to sign requests with');
    if (typeOf(jwt) === requestObjectType)
      throw refused('it is a request object for the authorization endpoint');
    const { backchannelAuthenticationRequestSigningAlg: registered } = client.metadata;
    try {
      return await this.keys.verify(client, jwt, {
        algorithms: registered === null ? [...requestObjectAlgorithms] : [registered],
        issuer: client.clientId,
        requiredClaims: ['aud', 'exp', 'iat', 'nbf', 'jti'],
        clockTolerance: clockSkewSeconds,
        currentDate: new Date(this.clock.now() * 1000),
      });
    } catch (error) {
      const isRefusal =
        error instanceof errors.JOSEError || error instanceof OutboundError || error instanceof TypeError;
      throw isRefusal ? refused(error.message) : error;
    }
  }
}

/** `typ` of request objects (RFC 9101 §10.8), which travel through browsers. */
const requestObjectType = 'oauth-authz-req+jwt';

/** What a JWT says that it is; undefined if it says nothing. */
function typeOf(jwt: string): string | undefined {
  try {
    return decodeProtectedHeader(jwt)
      .typ?.toLowerCase()
      .replace(/^application\//, '');
  } catch {
    return undefined;
  }
}

const mustSign = ({ metadata }: RegisteredClient): boolean =>
  metadata.backchannelAuthenticationRequestSigningAlg !== null || metadata.requireSignedRequestObject;

const refused = (detail: string): Error => invalidRequest('the signed request is not valid', detail);
