import { KeyObject } from 'node:crypto';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWK } from 'jose';
import { InvalidToken } from '../token/token-verifier.js';
import { type SignatureCheck, signatureCheck } from './signature.js';

/** The keys of one JWK Set (RFC 7517 §5). */
export class PublishedKeys {
  readonly #choose: ReturnType<typeof createLocalJWKSet>;
  readonly #fingerprints: ReadonlySet<string>;
  /** By algorithm and `kid`. Only keys that tokens have named are here, so there are no more entries than keys. */
  readonly #checks = new Map<unknown, Map<unknown, SignatureCheck>>();

  /** @throws {JWKSInvalid} of jose, if it is not a JWK Set */
  constructor(jwks: JSONWebKeySet) {
    this.#choose = createLocalJWKSet(jwks);
    this.#fingerprints = new Set(jwks.keys.map(fingerprint));
  }

  /** Whether every key of the other set is in this one. */
  holdsAllOf(other: PublishedKeys): boolean {
    return [...other.#fingerprints].every((key) => this.#fingerprints.has(key));
  }

  /** As {@link find}, for a key that was found before. */
  known(alg: unknown, kid: unknown): SignatureCheck | undefined {
    return this.#checks.get(alg)?.get(kid);
  }

  /**
   * The signature check with the matching key.
   *
   * @returns `undefined` if there is no such key
   * @throws {InvalidToken} if several keys match, or the matching key cannot be used
   */
  async find(alg: string, kid: unknown): Promise<SignatureCheck | undefined> {
    const known = this.known(alg, kid);
    if (known !== undefined) return known;
    try {
      const key = await this.#choose({ alg, kid: kid as string | undefined });
      const check = signatureCheck(alg, KeyObject.from(key));
      const ofAlgorithm = this.#checks.get(alg) ?? new Map<unknown, SignatureCheck>();
      this.#checks.set(alg, ofAlgorithm.set(kid, check));
      return check;
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return undefined;
      // The issuer published a key that cannot be used. The token is invalid; it is not an error of this service.
      const detail = error instanceof Error ? error.message : String(error);
      throw new InvalidToken(undefined, { detail, cause: error });
    }
  }
}

// The required members of a key (RFC 7638 §3.2), in a fixed order and without other members.
function fingerprint({ kty, kid, crv, x, y, n, e }: JWK): string {
  return JSON.stringify([kty, kid, crv, x, y, n, e]);
}
