import type { AccessToken } from '../token/access-token.js';
import {
  InvalidToken,
  TokenVerifier,
  VerifierUnavailable,
  type VerifierRules,
} from '../token/token-verifier.js';
import type { IssuerDirectory } from './issuer-directory.js';
import { type IssuerVerifier, type ReadToken, readToken } from './issuer-verifier.js';
import { recallByKey, tokenKey } from './token-cache.js';
import { TokenOwners } from './token-owners.js';

/**
 * Verifies the tokens of several issuers. The `iss` of a signed token selects the verifier, at a cost that does not depend on their
 * number. An opaque token is introspected at each issuer in the options that has introspection, in order.
 */
export class IssuersVerifier extends TokenVerifier {
  readonly #directory: IssuerDirectory;
  readonly #rules: VerifierRules | undefined;
  readonly #narrowed = new WeakMap<IssuerVerifier, IssuerVerifier>();
  readonly #owners = new TokenOwners((key, issuer) => this.#known(issuer)?.forget(key));

  /** @param rules what differs from the service, in a part of it */
  constructor(directory: IssuerDirectory, rules?: VerifierRules) {
    super();
    this.#directory = directory;
    this.#rules = rules;
  }

  override narrowed(rules: VerifierRules): IssuersVerifier {
    return new IssuersVerifier(this.#directory, { ...this.#rules, ...rules });
  }

  override recall(token: string): AccessToken | undefined {
    return recallByKey(token, (key) => this.#recall(key));
  }

  async verify(token: string): Promise<AccessToken> {
    const key = tokenKey(token);
    const known = this.#recall(key);
    if (known !== undefined) return known;
    const read = readToken(token, key);
    return read.jws ? this.#verifySigned(read, read.jws.claims?.['iss']) : this.#verifyOpaque(read);
  }

  #recall(key: string): AccessToken | undefined {
    const issuer = this.#owners.get(key);
    if (issuer === undefined) return undefined;
    const token = this.#known(issuer)?.recallKey(key);
    if (token === undefined) this.#owners.delete(key);
    return token;
  }

  /** @param issuer the `iss` of the token, not verified yet */
  async #verifySigned(read: ReadToken, issuer: unknown): Promise<AccessToken> {
    const found =
      (typeof issuer === 'string' ? this.#directory.known(issuer) : undefined) ??
      (await this.#directory.find(issuer));
    if (found === undefined) {
      throw new InvalidToken('The access token is from another issuer', {
        finding: { check: 'iss', expected: this.#directory.description, received: issuer },
      });
    }
    return this.#verifyAt(found, read);
  }

  async #verifyOpaque(read: ReadToken): Promise<AccessToken> {
    let failure: unknown = new InvalidToken(undefined, {
      detail: 'The token is opaque, and no introspection is configured',
    });
    const asked = this.#directory.areListed ? this.#directory.all.filter((one) => one.introspects) : [];
    for (const verifier of asked) {
      try {
        return await this.#verifyAt(verifier, read);
      } catch (error) {
        // If one issuer cannot be reached, it may have issued the token: the error is 503, not 401.
        if (!(failure instanceof VerifierUnavailable)) failure = error;
      }
    }
    throw failure;
  }

  async #verifyAt(verifier: IssuerVerifier, read: ReadToken): Promise<AccessToken> {
    const token = await this.#own(verifier).verifyRead(read);
    this.#owners.set(read.key, verifier.issuer);
    return token;
  }

  #known(issuer: string): IssuerVerifier | undefined {
    const verifier = this.#directory.known(issuer);
    return verifier && this.#own(verifier);
  }

  /** The verifier with the rules of this part of the service. */
  #own(verifier: IssuerVerifier): IssuerVerifier {
    if (this.#rules === undefined) return verifier;
    const known = this.#narrowed.get(verifier);
    if (known !== undefined) return known;
    const own = verifier.narrowed(this.#rules);
    this.#narrowed.set(verifier, own);
    return own;
  }
}
