import { Inject, Injectable } from '@nestjs/common';
import { decodeProtectedHeader, errors, type JWTPayload } from 'jose';
import { ClientKeys } from '../clients/client-keys.js';
import type { RegisteredClient } from '../clients/registered-client.js';
import { Clock } from '../config/clock.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { OutboundError } from '../outbound/outbound.js';
import { clockSkewSeconds } from '../protocol/client-assertion.js';
import { OAuthError } from '../protocol/errors.js';
import { Parameters } from '../protocol/parameters.js';
import { usableAlgorithms } from '../protocol/profile.js';
import {
  requestObjectAlgorithms,
  requestObjectIssueProblem,
  requestObjectParameters,
  requestObjectProblem,
  requestObjectTimeProblem,
  requestObjectTypeProblem,
} from '../protocol/request-object.js';

/** Signed request objects (RFC 9101): authorization requests in a JWT that the client signed. */
@Injectable()
export class RequestObjects {
  constructor(
    private readonly keys: ClientKeys,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * The parameters in a request object. Parameters outside of it do not count (§6.3).
   * @param isPublished whether it was just fetched from a registered request_uri. Then it needs no `exp` (OIDC Core §6.1), since the
   * client can withdraw it. A request object in a URL can be used by anybody who sees the URL, so it needs one.
   * @throws OAuthError request_not_supported for a client without keys, invalid_request_object if it is invalid
   */
  async open(client: RegisteredClient, jwt: string, isPublished = false): Promise<Parameters> {
    if (!client.hasKeys)
      throw new OAuthError('request_not_supported', 'this client has no keys to sign requests with');
    try {
      const problem = requestObjectTypeProblem(decodeProtectedHeader(jwt).typ);
      if (problem !== undefined) throw refused(problem);
      return this.parameters(client, await this.verify(client, jwt, isPublished));
    } catch (error) {
      const isRefusal =
        error instanceof errors.JOSEError || error instanceof OutboundError || error instanceof TypeError;
      throw isRefusal ? refused(error.message) : error;
    }
  }

  private verify(client: RegisteredClient, jwt: string, isPublished: boolean): Promise<JWTPayload> {
    const { requestObjectSigningAlg: registered } = client.metadata;
    return this.keys.verify(client, jwt, {
      algorithms: usableAlgorithms(
        client.profile,
        registered === null ? requestObjectAlgorithms : [registered],
      ),
      // §4 recommends this value of `iss`. Here it is required.
      issuer: client.clientId,
      requiredClaims: isPublished ? [] : ['exp'],
      clockTolerance: clockSkewSeconds,
      currentDate: new Date(this.clock.now() * 1000),
    });
  }

  private parameters({ clientId, metadata }: RegisteredClient, claims: JWTPayload): Parameters {
    const now = this.clock.now();
    const problem =
      requestObjectProblem(claims, clientId, this.settings.issuer) ??
      requestObjectIssueProblem(claims, now) ??
      (metadata.requireSignedRequestObject ? requestObjectTimeProblem(claims, now) : undefined);
    if (problem !== undefined) throw refused(problem);
    return Parameters.from(requestObjectParameters(claims));
  }
}

const refused = (detail: string): OAuthError =>
  new OAuthError('invalid_request_object', 'the request object is not valid', { detail });
