import type { AccessToken } from './access-token.js';
import { describeFinding, type Finding } from './finding.js';
import type { ScopeMapping } from './scope-mapping.js';

/** Decides whether an access token is good. Also the token under which Nest injects the verifier in use. */
export abstract class TokenVerifier {
  /**
   * Whoever presents it: that a token bound to a key or certificate comes with its proof, the guard checks.
   *
   * @param token the credentials as they were sent, without the scheme name
   * @throws {InvalidToken} the token is malformed, forged, expired, revoked, or meant for another audience
   * @throws {VerifierUnavailable} nothing can be said about the token for now
   */
  abstract verify(token: string): Promise<AccessToken>;

  /**
   * The token, where it was verified before and that still holds. A verifier may leave this out; with it, a repeated
   * token costs its requests no promise.
   */
  recall?(token: string): AccessToken | undefined;

  /** A verifier for tokens of other audiences, which shares all else with this one; for `BearerModule.forFeature`. */
  narrowed?(rules: VerifierRules): TokenVerifier;
}

/** In what a part of a service differs from the rest of it. */
export interface VerifierRules {
  /** Default: as the rest. */
  readonly audience?: readonly string[];
  /** Default: as the rest. */
  readonly scopes?: ScopeMapping;
}

export interface InvalidTokenOptions extends ErrorOptions {
  /** For the log and the operator: which check failed, with expected and received values; never the token. */
  finding?: Finding;
  /** The same in words, where a finding says too little. */
  detail?: string;
}

/** The token is refused, whoever presents it and wherever (RFC 6750 §3.1, `invalid_token`). */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
  readonly code = 'invalid_token';
  readonly finding: Finding;

  /** @param description for the client: printable ASCII, with nothing of what the client sent */
  constructor(description = 'The access token is not valid', options: InvalidTokenOptions = {}) {
    super(description, options);
    this.finding = options.finding ?? { check: options.detail ?? description };
  }

  /** The finding on one line. */
  get detail(): string {
    return describeFinding(this.finding);
  }
}

/** The issuer cannot be reached and nothing remembered helps. The guard answers 503 and lets nobody pass. */
export class VerifierUnavailable extends Error {
  override readonly name = 'VerifierUnavailable';

  /**
   * @param detail for the log: what failed
   * @param retryAfter seconds after which another try may succeed
   */
  constructor(
    detail: string,
    readonly retryAfter = 1,
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }
}
