import { type CanActivate, type ExecutionContext, Inject, Injectable, Logger } from '@nestjs/common';
import type { AccessToken } from './access-token.js';
import { BearerError, Refusals } from './bearer-error.js';
import { type CarrierRequest, type Credentials, readCredentials } from './credentials.js';
import { type RoutePolicy, routePolicy } from './route-policy.js';
import { InvalidToken, TokenVerifier, VerifierUnavailable } from './token-verifier.js';

// A route can meet the guard more than once: as APP_GUARD, on its class, on its handler. The token is verified once.
const VERIFIED_BY = Symbol('@eyrie/guard:verified-by');

/** A request, once the guard has let it pass. */
export interface BearerRequest extends CarrierRequest {
  accessToken?: AccessToken;
  [VERIFIED_BY]?: TokenVerifier;
}

interface BearerResponse {
  header?(name: string, value: string): unknown;
  setHeader?(name: string, value: string): unknown;
}

const log = new Logger('BearerGuard');

/**
 * Lets a request pass that presents a good access token with the scopes its route needs, and puts the token on
 * `request.accessToken`. Refusals follow RFC 6750 §3; see {@link BearerError}.
 */
@Injectable()
export class BearerGuard implements CanActivate {
  readonly #verifier: TokenVerifier;
  readonly #refusals: Refusals;

  constructor(@Inject(TokenVerifier) verifier: TokenVerifier, @Inject(Refusals) refusals: Refusals) {
    this.#verifier = verifier;
    this.#refusals = refusals;
  }

  /**
   * At once where the verifier remembers the token, which spares the hot path every promise.
   *
   * @throws {BearerError} the refusal, whose headers are on the response already
   */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') throw new TypeError('BearerGuard guards HTTP routes only');
    const http = context.switchToHttp();
    const request = http.getRequest<BearerRequest>();
    const policy = routePolicy(context.getClass(), context.getHandler());
    const credentials = readCredentials(request, policy.formAllowed);
    const known = this.#recall(request, credentials);
    if (known !== undefined && holdsScopes(known, policy)) return this.#admit(request, known);
    return this.#decide(request, credentials, policy, known).catch((error: unknown) => {
      throw this.#refusal(error, http.getResponse<BearerResponse>());
    });
  }

  #recall(request: BearerRequest, credentials: Credentials): AccessToken | undefined {
    if (credentials.kind !== 'token') return undefined;
    if (request[VERIFIED_BY] === this.#verifier) return request.accessToken;
    return this.#verifier.recall?.(credentials.token);
  }

  async #decide(
    request: BearerRequest,
    credentials: Credentials,
    policy: RoutePolicy,
    known: AccessToken | undefined,
  ): Promise<boolean> {
    if (credentials.kind === 'none') throw this.#refusals.missingToken();
    if (credentials.kind === 'malformed') throw this.#refusals.invalidRequest(credentials.description);
    const token = known ?? (await this.#verifier.verify(credentials.token));
    if (!holdsScopes(token, policy)) throw this.#refusals.insufficientScope(policy.scopes);
    return this.#admit(request, token);
  }

  #admit(request: BearerRequest, token: AccessToken): true {
    request.accessToken = token;
    request[VERIFIED_BY] = this.#verifier;
    return true;
  }

  // Anything but a refusal is a fault of the service: it keeps its own shape, and nobody passes.
  #refusal(error: unknown, response: BearerResponse): unknown {
    const refusal = this.#asRefusal(error);
    if (refusal === undefined) return error;
    for (const [name, value] of Object.entries(refusal.headers)) {
      if (response.header) response.header(name, value);
      else response.setHeader?.(name, value);
    }
    return refusal;
  }

  #asRefusal(error: unknown): BearerError | undefined {
    if (error instanceof BearerError) return error;
    if (error instanceof InvalidToken) {
      log.debug(`Token refused: ${error.detail}`);
      return this.#refusals.invalidToken(error.message, error);
    }
    if (error instanceof VerifierUnavailable) {
      log.debug(`Token not verified: ${error.message}`);
      return this.#refusals.unavailable(error.retryAfter, error);
    }
    return undefined;
  }
}

function holdsScopes({ scopes }: AccessToken, policy: RoutePolicy): boolean {
  return policy.scopes.every((scope) => scopes.has(scope));
}
