import type { AccessToken } from './access-token.js';
import { describeFinding, type Finding } from './finding.js';
import type { RoleMapping, ScopeMapping } from './name-mapping.js';

/** Verifies access tokens. The class is also the injection token of the verifier in use. */
export abstract class TokenVerifier {
  /**
   * Verifies a token. If it is bound to a key or certificate, the guard checks the proof afterwards.
   *
   * @param token the credentials as they were sent, without the scheme name
   * @throws {InvalidToken} if the token is malformed, forged, expired, revoked, or for another audience
   * @throws {VerifierUnavailable} if the token cannot be verified at the moment
   */
  abstract verify(token: string): Promise<AccessToken>;

  /**
   * Returns a cached token that is still valid. This method is optional. With it, requests with a cached token need no promise.
   */
  recall?(token: string): AccessToken | undefined;

  /** Returns a verifier for another audience or other scopes that shares everything else with this one. For `BearerModule.forFeature`. */
  narrowed?(rules: VerifierRules): TokenVerifier;
}

/** The rules of a part of a service that differ from the rest. */
export interface VerifierRules {
  /** Default: the audience of the service. */
  readonly audience?: readonly string[];
  /** Default: the scopes option of the service. */
  readonly scopes?: ScopeMapping;
  /** Default: the roles option of the service. */
  readonly roles?: RoleMapping;
}

export interface InvalidTokenOptions extends ErrorOptions {
  /** The failed check with expected and received values, for the log; never with the token. */
  finding?: Finding;
  /** A description for the log, if there is no finding. */
  detail?: string;
}

/** The token is not valid (RFC 6750 §3.1, `invalid_token`). */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
  readonly code = 'invalid_token';
  readonly finding: Finding;

  /** @param description for the client: printable ASCII, without any input of the client */
  constructor(description = 'The access token is not valid', options: InvalidTokenOptions = {}) {
    super(description, options);
    this.finding = options.finding ?? { check: options.detail ?? description };
  }

  /** The finding on one line. */
  get detail(): string {
    return describeFinding(this.finding);
  }
}

/** The token cannot be verified, for example because the issuer is unreachable. The guard answers 503. */
export class VerifierUnavailable extends Error {
  override readonly name = 'VerifierUnavailable';

  /**
   * @param detail what failed, for the log
   * @param retryAfter seconds after which another attempt may succeed
   */
  constructor(
    detail: string,
    readonly retryAfter = 1,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}
