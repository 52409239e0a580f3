import { createPublicKey } from 'node:crypto';
import type { JWK } from 'jose';
import { InvalidToken } from '../token/token-verifier.js';
import { fitsAlgorithm, type SignatureCheck, signatureCheck } from './signature.js';

/** The maximum number of keys with which the signature of one token is checked. */
const MAX_TRIED = 4;

/** The keys of one JWK Set (RFC 7517 §5). */
export class PublishedKeys {
  readonly #all: Choice;
  readonly #named = new Map<string, Choice>();
  readonly #unnamed: Choice;
  readonly #fingerprints: ReadonlySet<string>;

  /** @throws {Error} if it is not a JWK Set */
  constructor({ keys }: { readonly keys?: unknown }) {
    if (!Array.isArray(keys) || !keys.every(isObject)) throw new Error('there is no list of keys');
    const jwks = keys as readonly JWK[];
    this.#all = new Choice(jwks);
    this.#unnamed = new Choice(jwks.filter(({ kid }) => typeof kid !== 'string'));
    for (const name of new Set(jwks.map(({ kid }) => kid))) {
      if (typeof name === 'string') this.#named.set(name, new Choice(jwks.filter(({ kid }) => kid === name)));
    }
    this.#fingerprints = new Set(jwks.map(fingerprint));
  }

  /** Whether every key of the other set is in this one. */
  holdsAllOf(other: PublishedKeys): boolean {
    return [...other.#fingerprints].every((key) => this.#fingerprints.has(key));
  }

  /** Whether a key has this `kid`. */
  hasName(kid: unknown): boolean {
    return typeof kid === 'string' && this.#named.has(kid);
  }

  /**
   * The signature check with the keys that match: those with the `kid` of the token, or those without a `kid` if there is none such, or
   * all if the token names none. Of several, each is tried, up to four.
   *
   * @returns `undefined` if no key matches
   * @throws {InvalidToken} if no matching key can be used
   */
  find(alg: string, kid: unknown): SignatureCheck | undefined {
    if (kid === undefined) return this.#all.check(alg);
    if (typeof kid !== 'string') return undefined;
    return (this.#named.get(kid) ?? this.#unnamed).check(alg);
  }
}

/** Keys of which each may have made a signature. */
class Choice {
  readonly #keys: readonly JWK[];
  /** By algorithm. Only algorithms for which there are keys are here. */
  readonly #checks = new Map<string, SignatureCheck>();

  constructor(keys: readonly JWK[]) {
    this.#keys = keys;
  }

  /** The check with the keys for this algorithm; `undefined` if there are none. @throws {InvalidToken} if none can be used */
  check(alg: string): SignatureCheck | undefined {
    const known = this.#checks.get(alg);
    if (known !== undefined) return known;
    const fitting = this.#keys.filter((key) => fitsAlgorithm(key, alg)).slice(0, MAX_TRIED);
    if (fitting.length === 0) return undefined;
    const check = anyOf(usableChecks(alg, fitting));
    this.#checks.set(alg, check);
    return check;
  }
}

function anyOf(checks: readonly [SignatureCheck, ...SignatureCheck[]]): SignatureCheck {
  const [only, ...others] = checks;
  if (others.length === 0) return only;
  return (signed, signature) => checks.some((check) => check(signed, signature));
}

// An issuer that publishes a key that cannot be used makes tokens invalid. It is not an error of this service.
function usableChecks(alg: string, keys: readonly JWK[]): [SignatureCheck, ...SignatureCheck[]] {
  let cause: unknown;
  const [first, ...others] = keys.flatMap((key) => {
    try {
      return [signatureCheck(alg, createPublicKey({ key, format: 'jwk' }))];
    } catch (error) {
      cause = error;
      return [];
    }
  });
  if (first !== undefined) return [first, ...others];
  const detail = cause instanceof Error ? cause.message : String(cause);
  throw new InvalidToken(undefined, { detail: `A key of the issuer cannot be used: ${detail}`, cause });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// The required members of a key (RFC 7638 §3.2), in a fixed order and without other members.
function fingerprint({ kty, kid, crv, x, y, n, e }: JWK): string {
  return JSON.stringify([kty, kid, crv, x, y, n, e]);
}
