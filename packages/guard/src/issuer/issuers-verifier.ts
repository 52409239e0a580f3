import type { AccessToken } from '../token/access-token.js';
import {
  InvalidToken,
  TokenVerifier,
  VerifierUnavailable,
  type VerifierRules,
} from '../token/token-verifier.js';
import type { IssuerVerifier } from './issuer-verifier.js';
import { jsonObject, readJws } from './jws.js';

/**
 * Verifies the tokens of several issuers. The `iss` of a signed token selects the verifier. An opaque token is introspected at each
 * issuer with introspection, in order.
 */
export class IssuersVerifier extends TokenVerifier {
  readonly #verifiers: readonly IssuerVerifier[];

  constructor(verifiers: readonly IssuerVerifier[]) {
    super();
    this.#verifiers = verifiers;
  }

  override narrowed(rules: VerifierRules): IssuersVerifier {
    return new IssuersVerifier(this.#verifiers.map((verifier) => verifier.narrowed(rules)));
  }

  override recall(token: string): AccessToken | undefined {
    for (const verifier of this.#verifiers) {
      const known = verifier.recall(token);
      if (known !== undefined) return known;
    }
    return undefined;
  }

  verify(token: string): Promise<AccessToken> {
    const jws = readJws(token);
    return jws ? this.#verifySigned(token, jsonObject(jws.payload)?.['iss']) : this.#verifyOpaque(token);
  }

  /** @param issuer the `iss` of the token, not verified yet */
  async #verifySigned(token: string, issuer: unknown): Promise<AccessToken> {
    const verifier = this.#verifiers.find((one) => one.issuer === issuer);
    if (verifier === undefined) {
      const expected = this.#verifiers.map((one) => one.issuer).join(' or ');
      throw new InvalidToken('The access token is from another issuer', {
        finding: { check: 'iss', expected, received: issuer },
      });
    }
    return verifier.verify(token);
  }

  async #verifyOpaque(token: string): Promise<AccessToken> {
    const asked = this.#verifiers.filter((verifier) => verifier.introspects);
    let failure: unknown = new InvalidToken(undefined, {
      detail: 'The token is opaque, and no introspection is configured',
    });
    for (const verifier of asked) {
      try {
        return await verifier.verify(token);
      } catch (error) {
        // If one issuer cannot be reached, it may have issued the token: the error is 503, not 401.
        if (!(failure instanceof VerifierUnavailable)) failure = error;
      }
    }
    throw failure;
  }
}
