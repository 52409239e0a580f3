import { type CanActivate, type ExecutionContext, Inject, Injectable, Logger } from '@nestjs/common';
import type { AccessToken } from './access-token.js';
import { BearerError, Refusals } from './bearer-error.js';
import { type CarrierRequest, readCredentials } from './credentials.js';
import { allowsFormToken } from './form-token.js';
import { requiredScopes } from './scopes.js';
import { InvalidToken, TokenVerifier, VerifierUnavailable } from './token-verifier.js';

/** A request, once the guard has let it pass. */
export interface BearerRequest extends CarrierRequest {
  accessToken?: AccessToken;
}

interface BearerResponse {
  header?(name: string, value: string): unknown;
  setHeader?(name: string, value: string): unknown;
}

const log = new Logger('BearerGuard');

// A route can meet the guard more than once: as APP_GUARD, on its class, on its handler. The token is verified once.
const accepted = new WeakMap<BearerRequest, { by: TokenVerifier; token: AccessToken }>();

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

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') throw new TypeError('BearerGuard guards HTTP routes only');
    const http = context.switchToHttp();
    const request = http.getRequest<BearerRequest>();
    try {
      const token = await this.#accept(request, context);
      request.accessToken = token;
      this.#checkScopes(token, context);
      return true;
    } catch (error) {
      throw this.#refusal(error, http.getResponse<BearerResponse>());
    }
  }

  async #accept(request: BearerRequest, context: ExecutionContext): Promise<AccessToken> {
    const earlier = accepted.get(request);
    if (earlier?.by === this.#verifier) return earlier.token;
    const credentials = readCredentials(request, allowsFormToken(context.getClass(), context.getHandler()));
    if (credentials.kind === 'none') throw this.#refusals.missingToken();
    if (credentials.kind === 'malformed') throw this.#refusals.invalidRequest(credentials.description);
    const token = await this.#verifier.verify(credentials.token);
    accepted.set(request, { by: this.#verifier, token });
    return token;
  }

  // RFC 6750 §3.1: "insufficient_scope … MAY include the scope attribute with the scope necessary"
  #checkScopes(token: AccessToken, context: ExecutionContext): void {
    const required = requiredScopes(context.getClass(), context.getHandler());
    if (required.some((scope) => !token.scopes.has(scope))) throw this.#refusals.insufficientScope(required);
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
